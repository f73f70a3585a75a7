import { timingSafeEqual } from 'node:crypto';
import { sha256 } from '../../../common/hashing.js';
import { parseInstant } from '../../../common/instant.js';
import { isTimeZone } from '../../../common/time-zone.js';
import type { ClockifyWebhookTokens } from '../../../config/clockify-webhook-settings.js';
import {
  WebhookRefusal,
  type ReportedEvent,
  type WebhookCapability,
  type WebhookReport,
  type WebhookRequest,
  type WebhookSecret,
  type WebhookSecrets,
  type WebhookVerdict,
} from '../../contract/webhooks.js';
import { problemOf, type ClockifyDelivery } from './clockify.delivery.js';

const SIGNATURE = 'clockify-signature';
const EVENT_TYPE = 'clockify-webhook-event-type';

const EVENT_TYPES: Readonly<Record<string, ReportedEvent>> = {
  NEW_TIMER_STARTED: 'start',
  TIMER_STOPPED: 'end',
  TIME_ENTRY_UPDATED: 'edit',
  TIME_ENTRY_DELETED: 'delete',
  NEW_TIME_ENTRY: 'manual',
  TIME_ENTRY_RESTORED: 'restore',
};

/**
 * Clockify's webhooks. What it calls a signature is a token that belongs to the webhook and goes along as it is: it proves who
 * sends, not what. The event's name stands in a header, not in the body.
 */
export class ClockifyWebhooks implements WebhookCapability {
  readonly addresses = ['start', 'end', 'edit', 'delete', 'manual'] as const;
  readonly keptHeaders = [EVENT_TYPE, 'user-agent', 'content-type'];
  private readonly digests: Readonly<Record<keyof ClockifyWebhookTokens, readonly Buffer[]>>;

  /** @param workspaceIds the only ones whose deliveries are taken; all, if none are named */
  constructor(
    tokens: ClockifyWebhookTokens,
    private readonly workspaceIds: readonly string[] = [],
    private readonly secrets?: WebhookSecrets,
  ) {
    const digestsOf = (event: keyof ClockifyWebhookTokens) => tokens[event].map((token) => sha256(token.reveal()));
    this.digests = {
      start: digestsOf('start'),
      end: digestsOf('end'),
      edit: digestsOf('edit'),
      delete: digestsOf('delete'),
      manual: digestsOf('manual'),
    };
  }

  /** An event with an address needs a token of its own webhook; for any other thing of Clockify's each of them is good. */
  async admits(request: Omit<WebhookRequest, 'body'>): Promise<boolean> {
    const { event } = eventOf(request);
    const hasOwn = event !== null && event !== 'restore';
    const accepted = hasOwn ? this.digests[event] : Object.values(this.digests).flat();
    const given = request.header(SIGNATURE);
    return isOneOf(given, accepted) || (await this.isKept(given, hasOwn ? event : null));
  }

  /** The bytes prove nothing. */
  async verify(request: WebhookRequest): Promise<WebhookVerdict> {
    if (!(await this.admits(request))) return { kind: 'refused' };
    const { event, type } = eventOf(request);
    return event === null ? { kind: 'ignored', event: type.slice(0, 100) } : { kind: 'known', event };
  }

  /** Tokens of webhooks that were made from here. @param event `null`: of any of them */
  private async isKept(given: readonly string[], event: string | null): Promise<boolean> {
    if (this.secrets === undefined || given.length !== 1) return false;
    const digests = (known: readonly WebhookSecret[]): Buffer[] =>
      known.filter((one) => event === null || one.event === event).map(({ secret }) => sha256(secret.reveal()));
    if (isOneOf(given, digests(await this.secrets.known('clockify')))) return true;
    return isOneOf(given, digests(await this.secrets.lookAgain('clockify')));
  }

  parse(event: ReportedEvent, payload: object): WebhookReport {
    const problem = problemOf(payload);
    if (problem !== null) throw new WebhookRefusal(problem, aboutOf(payload));
    const body = payload as ClockifyDelivery;
    if (this.workspaceIds.length > 0 && !this.workspaceIds.includes(body.workspaceId)) {
      throw refusal('workspaceId is not a workspace of this installation', body);
    }
    return reportOf(event, body);
  }
}

function eventOf(request: Omit<WebhookRequest, 'body'>): { event: ReportedEvent | null; type: string } {
  const type = request.header(EVENT_TYPE).join(', ');
  return { type, event: request.event ?? (Object.hasOwn(EVENT_TYPES, type) ? EVENT_TYPES[type]! : null) };
}

/** Compares digests with every accepted one, so that neither content nor length nor which of them it was can be timed. */
function isOneOf(given: readonly string[], accepted: readonly Buffer[]): boolean {
  const digest = sha256(given[0] ?? '');
  const matches = accepted.map((one) => timingSafeEqual(digest, one));
  return given.length === 1 && given[0] !== '' && matches.includes(true);
}

function reportOf(event: ReportedEvent, body: ClockifyDelivery): WebhookReport {
  const { user } = body;
  return {
    entry: {
      externalId: body.id,
      workspaceId: body.workspaceId,
      accountId: user.id,
      description: body.description ?? '',
      ...placeOf(body),
      tags: (body.tags ?? []).map((tag) => (typeof tag === 'string' ? tag : tag.name)),
      isBillable: body.billable === true,
      ...timesOf(event, body),
      isDeleted: event === 'delete',
      version: null,
      timeZone: zoneOf(body.timeInterval.timeZone),
      offsetStartSeconds: body.timeInterval.offsetStart ?? undefined,
      offsetEndSeconds: body.timeInterval.offsetEnd,
    },
    account: { accountId: user.id, name: user.name, status: user.status ?? 'ACTIVE' },
  };
}

const placeOf = ({ projectId, project, task }: ClockifyDelivery) => ({
  projectExternalId: projectId || project?.id || null,
  projectName: project?.name ?? null,
  taskExternalId: task?.id ?? null,
  taskName: task?.name ?? null,
});

function timesOf(event: ReportedEvent, body: ClockifyDelivery) {
  const { timeInterval } = body;
  const start = instantOf('timeInterval.start', timeInterval.start, body);
  const end = timeInterval.end == null ? null : instantOf('timeInterval.end', timeInterval.end, body);
  if (event === 'end' && end === null) throw refusal('timeInterval.end is missing', body);
  if (end !== null && end < start) throw refusal('timeInterval.end is before timeInterval.start', body);
  return { start, end, isRunning: end === null && body.currentlyRunning !== false };
}

function instantOf(field: string, text: string, body: ClockifyDelivery): Date {
  const parsed = parseInstant(text);
  if (parsed.ok) return parsed.instant;
  throw refusal(`${field} ${parsed.isImpossible ? 'is not a possible instant' : 'is not RFC 3339'}`, body);
}

const zones = new Map<string, string | null>();
const MOST_ZONES = 1000;

/** A zone this machine does not know says nothing about the time worked, which is an instant. Looking one up takes long. */
function zoneOf(name: string | null | undefined): string | null {
  if (name == null || name === '') return null;
  let zone = zones.get(name);
  if (zone === undefined) {
    zone = isTimeZone(name) ? name : null;
    if (zones.size < MOST_ZONES) zones.set(name, zone);
  }
  return zone;
}

const refusal = (message: string, body: ClockifyDelivery) => new WebhookRefusal(message, aboutOf(body));

function aboutOf(body: Partial<ClockifyDelivery>): WebhookRefusal['about'] {
  const text = (value: unknown) =>
    typeof value === 'string' && value.length <= 100 && !value.includes('\0') ? value : null;
  return { workspaceId: text(body.workspaceId), externalId: text(body.id) };
}
