import { describe, expect, it } from 'vitest';
import { at, entry, facts } from '../../test/support/entries.js';
import { blankEntry } from './blank-entry.js';
import { decide } from './decide.js';
import type { DecisionContext, EntryChange } from './entry-change.js';

const context: DecisionContext = { now: at('12:00:00'), overtimeSeconds: 5 * 3600, hasPendingPush: false };
const AT_TOGGL = {
  source: 'toggl',
  workspaceId: '2000001',
  externalId: '3730303299',
  integrationId: 5,
  remoteSeen: true,
};
const link = (sameAsId: number | null): EntryChange => ({ kind: 'link_same', id: 7, sameAsId });

describe('the same work, written down twice', () => {
  it('names the entry that counts: in the history, and of no concern to any service or mail', () => {
    const decision = decide(entry(AT_TOGGL), link(3), context);
    expect(decision).toMatchObject({
      kind: 'write',
      action: 'edited',
      next: { sameAsEntryId: 3, version: 2, reviewStatus: 'approved', timeEditCount: 0 },
      moved: { sameAsEntryId: { from: null, to: 3 } },
      pushes: [],
      mails: [],
    });
  });

  it('is said once, and taken back', () => {
    const linked = entry({ ...AT_TOGGL, sameAsEntryId: 3 });
    expect(decide(linked, link(3), context).kind).toBe('unchanged');
    expect(decide(linked, link(null), context)).toMatchObject({ kind: 'write', next: { sameAsEntryId: null } });
  });

  it('stays when its service shows the entry again', () => {
    const observed = decide(
      entry({ ...AT_TOGGL, sameAsEntryId: 3 }),
      {
        kind: 'observe',
        key: { source: 'toggl', workspaceId: '2000001', externalId: '3730303299' },
        userId: 1,
        integrationId: 5,
        facts: facts({ description: 'Other', version: at('10:00:00') }),
      },
      context,
    );
    expect(observed).toMatchObject({ kind: 'write', next: { description: 'Other', sameAsEntryId: 3 } });
  });

  it('is not said of what is locked, removed or unknown', () => {
    const refusal = (current: Parameters<typeof decide>[0]) => () => decide(current, link(3), context);
    expect(refusal(entry({ isLocked: true }))).toThrow(/locked/);
    expect(refusal(entry({ deletedAt: at('10:00:00') }))).toThrow(/no such/);
    expect(refusal(blankEntry(7, 1, at('08:00:00')))).toThrow(/no such/);
  });
});
