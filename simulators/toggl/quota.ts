import type { Plan, TogglModel, TogglUser, TogglWorkspace } from './model.js';
import { plainRefusal } from './refusal.js';

export interface QuotaOptions {
  /** Calls an hour below `/me`, per user. */
  user?: number;
  /** Calls an hour in a workspace, per user and organization. */
  plans?: Partial<Record<Plan, number>>;
  windowSeconds?: number;
}

const PLANS: Record<Plan, number> = { free: 30, starter: 240, premium: 600 };

interface Window {
  startedAt: number;
  used: number;
}

/** Toggl's hourly quota: fixed windows, each beginning with its first call. */
export class Quota {
  private readonly windows = new Map<string, Window>();
  private readonly windowSeconds: number;

  constructor(
    private readonly model: TogglModel,
    private readonly options: QuotaOptions,
  ) {
    this.windowSeconds = options.windowSeconds ?? 3600;
  }

  /** Counts a call; answers the two headers. @throws Refusal 402 when the hour's calls are used up */
  count(user: TogglUser, workspace: TogglWorkspace | null): Record<string, string> {
    const total = this.totalOf(workspace);
    const window = this.windowOf(user, workspace);
    this.windows.set(keyOf(user, workspace), window);
    const headers = {
      'x-toggl-quota-remaining': String(Math.max(0, total - window.used - 1)),
      'x-toggl-quota-resets-in': String(this.secondsLeft(window)),
    };
    if (window.used >= total) {
      const text = `You have hit your hourly limit for API calls. The quota will reset in ${this.secondsLeft(window)} seconds.`;
      throw plainRefusal(402, text, headers);
    }
    window.used += 1;
    return headers;
  }

  /** `GET /me/quota`; not counted itself, which nobody has written down either way. */
  overview(user: TogglUser, workspaces: TogglWorkspace[]): object[] {
    const byOrganization = new Map(workspaces.map((workspace) => [workspace.organizationId, workspace]));
    return [null, ...byOrganization.values()].map((workspace) => {
      const window = this.windowOf(user, workspace);
      const total = this.totalOf(workspace);
      return {
        organization_id: workspace?.organizationId ?? null,
        remaining: total - window.used,
        resets_in_secs: this.secondsLeft(window),
        total,
      };
    });
  }

  private totalOf(workspace: TogglWorkspace | null): number {
    if (workspace === null) return this.options.user ?? 30;
    const plan = this.model.organizations.get(workspace.organizationId)?.plan ?? 'free';
    return this.options.plans?.[plan] ?? PLANS[plan];
  }

  private windowOf(user: TogglUser, workspace: TogglWorkspace | null): Window {
    const known = this.windows.get(keyOf(user, workspace));
    return known !== undefined && this.secondsLeft(known) > 0 ? known : { startedAt: this.model.now(), used: 0 };
  }

  private secondsLeft(window: Window): number {
    return Math.ceil((window.startedAt + this.windowSeconds * 1000 - this.model.now()) / 1000);
  }
}

const keyOf = (user: TogglUser, workspace: TogglWorkspace | null): string =>
  `${user.id} ${workspace?.organizationId ?? 'me'}`;
