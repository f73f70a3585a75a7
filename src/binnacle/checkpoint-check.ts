import { createHash, type Hash } from 'node:crypto';
import { GENESIS, headLine, signCheckpoint } from './chain.js';
import type { StoredCheckpoint } from './checkpoint.repository.js';
import type { Findings } from './findings.js';
import type { CheckedHead } from './verification.repository.js';

/** Judges the checkpoints and the heads each of them recorded. */
export class CheckpointCheck {
  private readonly hashes = new Map<number, Hash>();

  constructor(
    private readonly findKey: (keyId: string) => Buffer | undefined,
    private readonly findings: Findings,
  ) {}

  /** Takes the heads in checkpoint and entry order. */
  seeHead(head: CheckedHead): void {
    let hash = this.hashes.get(head.checkpointId);
    if (hash === undefined) this.hashes.set(head.checkpointId, (hash = createHash('sha256')));
    hash.update(headLine(head.entryId, head.sequence, head.head));
    this.compareHead(head);
  }

  compareHead({ checkpointId, entryId, sequence, head, hash }: CheckedHead): void {
    if (hash?.equals(head)) return;
    const what = hash === null ? 'no longer exists' : 'is another one today';
    this.findings.add({
      kind: 'checkpoint_mismatch',
      entryId,
      sequence,
      message: `Entry ${entryId}: row ${sequence}, which checkpoint ${checkpointId} recorded, ${what}.`,
    });
  }

  /** Call once all heads were seen. */
  finish(checkpoints: StoredCheckpoint[]): void {
    let previousMac = GENESIS;
    for (const checkpoint of checkpoints) {
      if (!checkpoint.previousMac.equals(previousMac)) {
        this.reportAltered(checkpoint.day, 'the checkpoint before it was removed or replaced');
      }
      this.judgeSignature(checkpoint);
      const heads = this.hashes.get(checkpoint.id) ?? createHash('sha256');
      if (!heads.digest().equals(checkpoint.headsHash)) {
        this.reportAltered(checkpoint.day, 'its list of chain heads is not the one it signed');
      }
      this.hashes.delete(checkpoint.id);
      previousMac = checkpoint.mac;
    }
    for (const id of this.hashes.keys())
      this.reportAltered(`number ${id}`, 'it was removed, its chain heads are still there');
  }

  private judgeSignature(checkpoint: StoredCheckpoint): void {
    const key = this.findKey(checkpoint.keyId);
    if (key === undefined) {
      this.findings.add({
        kind: 'unverifiable',
        entryId: null,
        message: `The checkpoint of ${checkpoint.day} is signed with key ${checkpoint.keyId}, which is not in ENCRYPTION_KEYS.`,
      });
    } else if (!signCheckpoint(checkpoint, key).equals(checkpoint.mac)) {
      this.reportAltered(checkpoint.day, 'it does not fit its signature');
    }
  }

  private reportAltered(name: string, reason: string): void {
    this.findings.add({ kind: 'checkpoint_altered', entryId: null, message: `The checkpoint of ${name}: ${reason}.` });
  }
}
