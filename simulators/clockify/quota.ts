import type { ClockifyModel, ClockifyWorkspace } from './model.js';
import { refusal } from './refusal.js';

export interface QuotaOptions {
  /** Calls an hour for a whole workspace on the free plan. */
  calls?: number;
  windowSeconds?: number;
  /** Whether answers carry `X-RateLimit-*` and refusals `Retry-After`: one client believes so, nobody has recorded it. */
  isAnnounced?: boolean;
}

/** The hourly calls of free workspaces: fixed windows, each beginning with its first call. */
export class Quota {
  private readonly windows = new Map<string, { startedAt: number; used: number }>();

  constructor(
    private readonly model: ClockifyModel,
    private readonly options: QuotaOptions,
  ) {}

  /** Counts a call and answers its headers. @throws Refusal 429 */
  count(workspace: ClockifyWorkspace | null): Record<string, string> {
    if (workspace?.plan !== 'FREE') return {};
    const limit = this.options.calls ?? 30;
    const window = this.windowOf(workspace.id);
    const secondsLeft = this.secondsLeft(window);
    const headers = {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(Math.max(0, limit - window.used - 1)),
      'x-ratelimit-reset': String(secondsLeft),
    };
    const announced = this.options.isAnnounced === true;
    if (window.used >= limit) {
      throw refusal(429, 429, 'Too Many Requests', announced ? { ...headers, 'retry-after': String(secondsLeft) } : {});
    }
    window.used += 1;
    return announced ? headers : {};
  }

  private windowOf(workspaceId: string): { startedAt: number; used: number } {
    const known = this.windows.get(workspaceId);
    if (known !== undefined && this.secondsLeft(known) > 0) return known;
    const window = { startedAt: this.model.now(), used: 0 };
    this.windows.set(workspaceId, window);
    return window;
  }

  private secondsLeft({ startedAt }: { startedAt: number }): number {
    return Math.ceil((startedAt + (this.options.windowSeconds ?? 3600) * 1000 - this.model.now()) / 1000);
  }
}
