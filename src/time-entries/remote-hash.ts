import { canonicalJson, sha256 } from '../common/hashing.js';
import type { RemoteEntry } from '../integrations/contract/remote-entry.js';

type Shown = Pick<
  RemoteEntry,
  | 'description'
  | 'projectExternalId'
  | 'taskExternalId'
  | 'tags'
  | 'isBillable'
  | 'start'
  | 'end'
  | 'isRunning'
  | 'isDeleted'
>;

const second = (instant: Date | null): number | null =>
  instant === null ? null : Math.floor(instant.getTime() / 1000);

/**
 * Digest of what a service shows of an entry: equal for equal content, whatever the order of its tags. Figures that move by
 * themselves, and notes that come back in another spelling, are left out.
 */
export const remoteHash = (shown: Shown): string =>
  sha256(
    canonicalJson([
      shown.description,
      shown.projectExternalId,
      shown.taskExternalId,
      [...new Set(shown.tags)].sort((a, b) => (a < b ? -1 : 1)),
      shown.isBillable,
      second(shown.start),
      second(shown.end),
      shown.isRunning,
      shown.isDeleted,
    ]),
  ).toString('base64url');
