import { canonicalJson, hmacSha256 } from '../common/hashing.js';
import type { Actor, Origin } from './actor.js';

/** What survives a round trip through `jsonb` unchanged. Strings must be well-formed and free of NUL. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type Snapshot = Record<string, Json>;
export type Diff = Record<string, { from: Json; to: Json }>;

/** One change of one entry, not yet sealed. */
export interface BinnacleDraft {
  entryId: number;
  /** 1 for the birth of the entry, then without a gap. */
  sequence: number;
  action: string;
  actor: Actor;
  reason: string | null;
  origin: Origin | null;
  /** The whole entry after the change. */
  snapshot: Snapshot;
  diff: Diff;
  recordedAt: Date;
  /** The head of the entry's chain before the change; `GENESIS` at birth. */
  previousHash: Buffer;
}

export interface SealedRow extends BinnacleDraft {
  keyId: string;
  hash: Buffer;
}

/** What stands before the first row of every chain. */
export const GENESIS: Buffer = Buffer.alloc(32);

/** The seal of a row over all its content and over the row before. */
export function sealRow(draft: BinnacleDraft, key: Buffer): Buffer {
  return hmacSha256(
    key,
    canonicalJson({
      entryId: draft.entryId,
      sequence: draft.sequence,
      action: draft.action,
      actorKind: draft.actor.kind,
      actorId: draft.actor.id,
      reason: draft.reason,
      originKind: draft.origin?.kind ?? null,
      originId: draft.origin?.id ?? null,
      snapshot: draft.snapshot,
      diff: draft.diff,
      recordedAt: draft.recordedAt.toISOString(),
      previousHash: draft.previousHash.toString('hex'),
    }),
  );
}

/** The register of a user's births: how many there ever were, and which was the last. */
export interface Register {
  userId: number;
  entryCount: number;
  lastEntryId: number;
}

/** The signature of a register. */
export function signRegister({ userId, entryCount, lastEntryId }: Register, key: Buffer): Buffer {
  return hmacSha256(key, canonicalJson({ userId, entryCount, lastEntryId }));
}

export interface CheckpointContent {
  /** `YYYY-MM-DD`. */
  day: string;
  entryCount: number;
  rowCount: number;
  headsHash: Buffer;
  previousMac: Buffer;
  madeAt: Date;
}

/** The signature of a checkpoint over everything it counts and over the checkpoint before. */
export function signCheckpoint(content: CheckpointContent, key: Buffer): Buffer {
  return hmacSha256(
    key,
    canonicalJson({
      day: content.day,
      entryCount: content.entryCount,
      rowCount: content.rowCount,
      headsHash: content.headsHash.toString('hex'),
      previousMac: content.previousMac.toString('hex'),
      madeAt: content.madeAt.toISOString(),
    }),
  );
}

/** One chain head as it goes into the hash of a checkpoint. */
export const headLine = (entryId: number, sequence: number, head: Buffer): string =>
  `${entryId} ${sequence} ${head.toString('hex')}\n`;
