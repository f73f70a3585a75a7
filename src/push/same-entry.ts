import type { RemoteEntry } from '../integrations/contract/remote-entry.js';
import type { SentEntry } from './push.js';

/** Services keep whole seconds. */
const second = (instant: Date): number => Math.floor(instant.getTime() / 1000);

/**
 * Whether an entry found at a service is the one that was sent: same start to the second, text and project. The
 * end is not asked for, because somebody may have stopped or moved it since.
 */
export function isSameEntry(remote: RemoteEntry, sent: SentEntry): boolean {
  return (
    !remote.isDeleted &&
    second(remote.start) === second(sent.start) &&
    remote.description === sent.description &&
    remote.projectExternalId === sent.projectExternalId
  );
}
