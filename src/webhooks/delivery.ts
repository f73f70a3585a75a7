import type { Claim } from '../database/claims.js';
import type { ReportedEvent } from '../integrations/contract/webhooks.js';
import { HEALTH_SOURCE } from '../time-entries/health-activity.js';
import type { ReportNote } from '../time-entries/entry-change.js';
import type { Diff } from '../time-entries/snapshot.js';

/** Phones deliver, too: many workouts of one person at once. */
export const PHONE = HEALTH_SOURCE;
export const PHONE_EVENT = 'workouts';

export type DeliveredEvent = ReportedEvent | typeof PHONE_EVENT;

/** One that a service sends about one of its entries. */
export const isReport = <T extends { event: DeliveredEvent }>(delivery: T): delivery is T & { event: ReportedEvent } =>
  delivery.event !== PHONE_EVENT;

/**
 * - `pending`: waits for its moment; `processing`: a worker has it
 * - `done`: the ledger was told; `duplicate`: it said nothing new
 * - `conflict`: it repeats a birth with another content, and the first one was kept
 * - `rejected`: genuine, but it says what cannot be; `ignored`: about something else
 * - `unmatched`: waits for the integration it belongs to; `dead`: given up, somebody has to look
 */
export const DELIVERY_STATES = [
  'pending',
  'processing',
  'done',
  'duplicate',
  'conflict',
  'rejected',
  'ignored',
  'unmatched',
  'dead',
] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** A delivery on its way into the inbox. */
export interface Receipt {
  provider: string;
  /** Ours, or the service's own name of one that is ignored. */
  event: string;
  workspaceId: string | null;
  externalId: string | null;
  /** Equal keys are one delivery. */
  dedupKey: Buffer;
  /** Tells repetitions from contradictions, where an event can happen only once; else `null`. */
  contentHash: Buffer | null;
  /** Where another content under the same key is kept; `null` when there can be none. */
  conflictKey: Buffer | null;
  raw: Buffer;
  headers: Record<string, string>;
  state: 'pending' | 'rejected' | 'ignored';
  /** Why it was rejected. */
  error: string | null;
  /** It was sent long ago, or in the future: stored all the same, because services send again what they could not deliver. */
  isLate: boolean;
}

/** What the sender is told. */
export const DELIVERY_MESSAGES = {
  accepted: 'Kept; it is worked off in the background.',
  duplicate: 'It is known already and changes nothing.',
  conflict: 'An entry with this id was reported before with another content, which is kept.',
  ignored: 'Nothing is done with events of this kind.',
} as const;

/** What became of a receipt. */
export interface Stored {
  id: number;
  outcome: 'accepted' | 'duplicate' | 'conflict';
}

/** A claimed delivery with what its worker has to know. */
export interface ClaimedDelivery extends Claim {
  provider: string;
  workspaceId: string | null;
  event: DeliveredEvent;
  raw: Buffer;
  /** Including this try. */
  attempts: number;
}

/** One about an entry of a service. */
export type ClaimedReport = ClaimedDelivery & { event: ReportedEvent };

/** What came of a delivery that the ledger was told. */
export interface DeliveryOutcome {
  id: number;
  state: 'done' | 'duplicate' | 'conflict';
  result: DeliveryResult;
}

export interface FilledIn {
  timeZone?: string;
  projectName?: string;
}

/** What the ledger answered. */
export interface DeliveryResult {
  entryId: number | null;
  outcome: 'created' | 'changed' | 'unchanged';
  note: ReportNote | null;
  diff?: Diff;
  /** Of what a phone has sent. */
  workouts?: { new: number; duplicates: number };
  /** What it left out and was known here, so that it can be read the same way again. */
  filledIn?: FilledIn;
}
