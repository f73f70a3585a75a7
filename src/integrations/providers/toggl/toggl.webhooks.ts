import { hmacSha256, equalsInConstantTime } from '../../../common/hashing.js';
import { parseInstant } from '../../../common/instant.js';
import type { Secret } from '../../../common/secret.js';
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
import { isId, parseKeepingIds } from './toggl.json.js';
import { shapeProblem, toRemoteEntry } from './toggl.mapping.js';

const SIGNATURE = 'x-webhook-signature-256';
const TIME_ENTRY = 'time_entry';

type Envelope = Record<string, unknown>;

/**
 * Toggl's webhooks (https://engineering.toggl.com/docs/webhooks_start): signed over the bytes, all events at one address, the
 * whole entry with its version in each of them.
 */
export class TogglWebhooks implements WebhookCapability {
  readonly addresses = [] as const;
  readonly keptHeaders = ['user-agent', 'content-type'];
  readonly isVersioned = true;

  /** @param secret of subscriptions that were not made from here */
  constructor(
    private readonly secrets: WebhookSecrets,
    private readonly secret?: Secret,
  ) {}

  /** Whether it is the signature of this body, only the body can tell. */
  admits(request: Omit<WebhookRequest, 'body'>): boolean {
    return signatureOf(request) !== undefined;
  }

  async verify(request: WebhookRequest): Promise<WebhookVerdict> {
    const signature = signatureOf(request);
    if (signature === undefined) return { kind: 'refused' };
    const envelope = envelopeIn(request.body);
    if (!(await this.isSigned(request.body, signature, idOf(envelope.subscription_id)))) return { kind: 'refused' };
    return verdictOf(envelope);
  }

  parse(event: ReportedEvent, _payload: object, raw: Buffer): WebhookReport {
    const envelope = envelopeIn(raw);
    const problem = problemOf(envelope);
    if (problem !== null) throw new WebhookRefusal(problem, aboutOf(envelope));
    const entry = toRemoteEntry(asRow(envelope.payload));
    return {
      entry: { ...entry, isDeleted: entry.isDeleted || event === 'delete' },
      account: { accountId: entry.accountId, name: entry.accountId, status: 'ACTIVE' },
      delivery: {
        id: `${idOf(envelope.subscription_id)}/${idOf(envelope.event_id)}`,
        sentAt: instantOf(envelope.timestamp) ?? instantOf(envelope.created_at),
      },
    };
  }

  /** By the subscription's own secret, and by no other's. One that is just being made has no name here yet. */
  private async isSigned(body: Buffer, signature: string, subscriptionId: string | null): Promise<boolean> {
    const isGood = (secret: Secret) =>
      equalsInConstantTime(signature, hmacSha256(Buffer.from(secret.reveal()), body).toString('hex'));
    const accepted = (known: readonly WebhookSecret[]): Secret[] => {
      const own = known.filter(({ externalId }) => externalId === subscriptionId && subscriptionId !== null);
      if (own.length > 0) return own.map(({ secret }) => secret);
      const unnamed = known.filter(({ externalId }) => externalId === null).map(({ secret }) => secret);
      return this.secret === undefined ? unnamed : [...unnamed, this.secret];
    };
    if (accepted(await this.secrets.known('toggl')).some(isGood)) return true;
    return accepted(await this.secrets.lookAgain('toggl')).some(isGood);
  }
}

function signatureOf({ header }: Pick<WebhookRequest, 'header'>): string | undefined {
  const [signature = '', ...others] = header(SIGNATURE);
  return others.length > 0 ? undefined : /^sha256=([0-9a-f]{64})$/.exec(signature)?.[1];
}

function problemOf(envelope: Envelope): string | null {
  if (idOf(envelope.event_id) === null) return 'event_id is missing or no integer';
  const payload = asRow(envelope.payload);
  const problem = shapeProblem(() => toRemoteEntry(payload));
  if (problem !== null) return problem;
  const { version, start, end } = toRemoteEntry(payload);
  if (version === null) return 'payload.at is missing';
  return end !== null && end < start ? 'payload.stop is before payload.start' : null;
}

function aboutOf(envelope: Envelope): WebhookRefusal['about'] {
  const payload = asRow(envelope.payload);
  const metadata = asRow(envelope.metadata);
  return {
    workspaceId: idOf(payload.workspace_id ?? payload.wid ?? metadata.workspace_id),
    externalId: idOf(payload.id ?? metadata.time_entry_id),
  };
}

const EVENTS: Readonly<Record<string, ReportedEvent>> = { updated: 'edit', deleted: 'delete' };

function verdictOf(envelope: Envelope): WebhookVerdict {
  if (envelope.payload === 'ping') {
    const code = envelope.validation_code;
    return { kind: 'answered', answer: typeof code === 'string' ? { validation_code: code.slice(0, 200) } : {} };
  }
  const { model, action } = asRow(envelope.metadata);
  const event = eventOf(action, asRow(envelope.payload));
  if (model === TIME_ENTRY && event !== null) return { kind: 'known', event };
  const words = [model, action].map((word) => (typeof word === 'string' ? word : 'unknown'));
  return { kind: 'ignored', event: words.join('.').slice(0, 100) };
}

function eventOf(action: unknown, payload: Envelope): ReportedEvent | null {
  if (action === 'created') return payload.stop == null ? 'start' : 'manual';
  return typeof action === 'string' && Object.hasOwn(EVENTS, action) ? EVENTS[action]! : null;
}

/** What cannot be read has no subscription; the door says what is wrong with it once the sender is proved. */
function envelopeIn(body: Buffer): Envelope {
  try {
    return asRow(parseKeepingIds(new TextDecoder('utf-8', { fatal: true }).decode(body)));
  } catch {
    return {};
  }
}

const asRow = (value: unknown): Envelope =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Envelope) : {};

/** Ids are numbers in one place and text in another. */
function idOf(value: unknown): string | null {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
  return isId(text) ? text : null;
}

function instantOf(value: unknown): Date | null {
  const parsed = typeof value === 'string' ? parseInstant(value) : undefined;
  return parsed?.ok === true ? parsed.instant : null;
}
