import type { Claim } from '../database/claims.js';

/**
 * - `pending`: waits for its moment; `sending`: a worker has it; `unknown`: it may be there, and is looked for first
 * - `done`; `failed`: somebody has to look; `cancelled`: its integration was disconnected
 */
export type PushState = 'pending' | 'sending' | 'unknown' | 'done' | 'failed' | 'cancelled';

/** A wish on its way into the outbox. */
export interface NewPush extends OpenPush {
  intent: 'write' | 'stop' | 'reopen';
}

/** By what an entry is found again at its service. */
export interface SentEntry {
  start: Date;
  description: string;
  projectExternalId: string | null;
}

/** A wish that has not been carried out. */
export interface OpenPush {
  entryId: number;
  integrationId: number;
  wanted: 'present' | 'absent';
  externalId: string | null;
  entryVersion: number;
}

/** A claimed wish with what its worker has to know. */
export interface ClaimedPush extends NewPush, Claim {
  /** A create may have been carried out without an answer: look for it before anything else. */
  needsLookUp: boolean;
  /** The create that was sent last. */
  sent: SentEntry | null;
  attempts: number;
  firstFailedAt: Date | null;
}

/** What carrying a wish out has brought. */
export interface PushSuccess {
  /** Where the entry is there; `null` when it is not. */
  externalId: string | null;
  /** The version of the entry that was carried out. */
  entryVersion: number;
  /** Digest of what the service shows of it since; `null` when it is not there. */
  written: string | null;
  /** Times the service keeps coarser than they were given, and its words about them. */
  rounding: { note: string; start: Date; end: Date | null } | null;
}

/** What this product has sent to a service about an entry: by it, the service's word about our own doings is recognised. */
export interface PushTrace {
  /** A change of ours has not reached the service yet. */
  isOpen: boolean;
  /** A worker is about to send it, or has done so and not yet written it down. */
  isInFlight: boolean;
  /** The entry is there because we created it. */
  isCreator: boolean;
  /** We took it away there, or are about to. */
  isRemoval: boolean;
  /** Digests of what we wrote there lately. */
  written: readonly string[];
}

export interface PushPostponement {
  state: PushState;
  error: string;
  delaySeconds: number;
  /** Waiting for a quota or for credentials uses up no try. */
  countsAsAttempt: boolean;
  needsLookUp: boolean;
}

export interface PushStatus {
  entryId: number;
  state: PushState;
  lastError: string | null;
  /** Whether a worker may carry it out: false while the account is disconnected or refuses its credentials. */
  isReachable: boolean;
}
