import type { Secret } from '../../common/secret.js';
import type { RemoteEntry } from './remote-entry.js';

/**
 * What a service tells that happened to an entry: `manual` is one that was typed in with both its times, `restore` one that was
 * removed and is there again.
 */
export const REPORTED_EVENTS = ['start', 'end', 'edit', 'delete', 'manual', 'restore'] as const;
export type ReportedEvent = (typeof REPORTED_EVENTS)[number];

/** A call as it came, before anything is believed. */
export interface WebhookRequest {
  /** The event its address names; `null` at the address for all of them. */
  event: ReportedEvent | null;
  /** Every value of a header, as sent; the name in lower case. */
  header(name: string): readonly string[];
  body: Buffer;
}

/**
 * Who sent it, and what it is about:
 * - `refused`: nobody we know
 * - `known`: an event about an entry
 * - `ignored`: genuine, and about something else, by the service's own name for it
 * - `answered`: genuine, and only wants this answer
 */
export type WebhookVerdict =
  | { kind: 'refused' }
  | { kind: 'known'; event: ReportedEvent }
  | { kind: 'ignored'; event: string }
  | { kind: 'answered'; answer: Record<string, string> };

/** What a delivery says. */
export interface WebhookReport {
  entry: RemoteEntry;
  /** Whose entry it is, as the service shows them. */
  account: { accountId: string; name: string; status: string };
  /** Where the service numbers its deliveries: equal ids are one, and the same content under two is two. */
  delivery?: { id: string; sentAt: Date | null };
}

/** The secret of a subscription that was made from here. */
export interface WebhookSecret {
  /** The service's id of the subscription; `null` until the service has told it. */
  externalId: string | null;
  /** Where each event has a subscription of its own. */
  event: string | null;
  secret: Secret;
}

/** The secrets of subscriptions made from here. */
export interface WebhookSecrets {
  /** As read lately. */
  known(provider: string): Promise<readonly WebhookSecret[]>;
  /** Read anew: another process may have made a subscription since. */
  lookAgain(provider: string): Promise<readonly WebhookSecret[]>;
}

/** A genuine delivery that says what cannot be; the message is for people and repeats nothing of it. */
export class WebhookRefusal extends Error {
  constructor(
    message: string,
    /** As far as it can be read, for whoever looks for it. */
    readonly about: { workspaceId: string | null; externalId: string | null } = { workspaceId: null, externalId: null },
  ) {
    super(message);
    this.name = 'WebhookRefusal';
  }
}

/** Taking what a service delivers by itself. */
export interface WebhookCapability {
  /** Events that have an address of their own. */
  readonly addresses: readonly ReportedEvent[];
  /** Headers kept with a delivery, in lower case: none that proves anything. */
  readonly keptHeaders: readonly string[];
  /**
   * Its deliveries carry versions: the newest holds. They count only for accounts that are connected, and wait until they are.
   */
  readonly isVersioned?: boolean;
  /** What its headers alone tell, before its body is read: whether `verify` may find it genuine. */
  admits(request: Omit<WebhookRequest, 'body'>): boolean | Promise<boolean>;
  verify(request: WebhookRequest): WebhookVerdict | Promise<WebhookVerdict>;
  /**
   * @param raw the same, for ids that are larger than a number can be
   * @throws WebhookRefusal
   */
  parse(event: ReportedEvent, payload: object, raw: Buffer): WebhookReport;
}
