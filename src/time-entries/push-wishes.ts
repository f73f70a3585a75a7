import type { EntryChange, PushWish } from './entry-change.js';
import type { TimeEntry } from './time-entry.js';

const SAID_BY_PROVIDER = new Set<EntryChange['kind']>(['observe', 'report', 'confirm', 'unlink', 'vanish']);
const KNOWN_TO_PROVIDERS = [
  'description',
  'notes',
  'tags',
  'isBillable',
  'projectExternalId',
  'taskExternalId',
  'startedAt',
  'endedAt',
  'isRunning',
  'deletedAt',
  'integrationId',
];

/** What has to reach the services because of a change: nothing of what they have said themselves. */
export function pushesFor(current: TimeEntry, next: TimeEntry, change: EntryChange, moved: object): PushWish[] {
  if (SAID_BY_PROVIDER.has(change.kind)) return [];
  const wishes: PushWish[] = [];
  if (current.version > 0 && current.integrationId !== null && current.integrationId !== next.integrationId) {
    wishes.push(wish(current.integrationId, 'absent', current.externalId, next, 'write'));
  }
  const isVisibleThere = KNOWN_TO_PROVIDERS.some((field) => field in moved);
  if (next.integrationId !== null && isVisibleThere) {
    const wanted = next.deletedAt === null ? 'present' : 'absent';
    wishes.push(wish(next.integrationId, wanted, next.externalId, next, intentOf(current, next, change)));
  }
  return wishes;
}

/** What was on its way through the old home is sent through the new one; of anything else no service has to hear. */
export function pushesAfterReowning(current: TimeEntry, next: TimeEntry, hasPendingPush: boolean): PushWish[] {
  const isRehomed = next.integrationId !== null && next.integrationId !== current.integrationId;
  if (!hasPendingPush || !isRehomed || next.deletedAt !== null) return [];
  return [wish(next.integrationId, 'present', next.externalId, next, 'write')];
}

function wish(
  integrationId: number,
  wanted: PushWish['wanted'],
  externalId: string | null,
  next: TimeEntry,
  intent: PushWish['intent'],
): PushWish {
  return { integrationId, wanted, externalId, entryVersion: next.version, intent };
}

function intentOf(current: TimeEntry, next: TimeEntry, change: EntryChange): PushWish['intent'] {
  if (change.kind === 'end') return 'stop';
  return current.endedAt !== null && next.isRunning ? 'reopen' : 'write';
}
