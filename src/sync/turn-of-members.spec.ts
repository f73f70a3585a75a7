import { describe, expect, it } from 'vitest';
import { at, entry, facts } from '../../test/support/entries.js';
import { remoteHash } from '../time-entries/remote-hash.js';
import { movedAccounts, turnOfMembers, type MemberState } from './turn-of-members.js';

const HOUR = 3600;
const read = (hour: number, walk: MemberState['walk'] = null): MemberState => ({
  walk,
  walkedAt: at(`${String(hour).padStart(2, '0')}:00:00`),
});
const nobody = new Set<string>();
const begun = { from: '', to: '', doneUntil: '' };

describe('the turn of members', () => {
  it('is everybody’s at first', () => {
    const facts = { states: new Map(), moved: nobody, intervalSeconds: 300 };
    expect(turnOfMembers(['a', 'b', 'c'], facts)).toEqual(['a', 'b', 'c']);
  });

  it('comes first to what was begun, then to the new ones, then to whom something moves at, then to the longest unread', () => {
    const states = new Map([
      ['quiet', read(3)],
      ['longest', read(1)],
      ['moving', read(9)],
      ['begun', read(8, begun)],
    ]);
    const facts = { states, moved: new Set(['moving']), intervalSeconds: 300 };
    expect(turnOfMembers(['quiet', 'longest', 'moving', 'new', 'begun'], facts)).toEqual([
      'begun',
      'new',
      'moving',
      'longest',
    ]);
  });

  it.each([
    [1, 300, 1],
    [72, 300, 1],
    [73, 300, 2],
    [1000, 300, 14],
    [10, 6 * HOUR, 10],
    [10, 24 * HOUR, 10],
  ])(
    'comes to everybody within six hours: of %d, read every %d s, %d at a time',
    (count, intervalSeconds, expected) => {
      const ids = Array.from({ length: count }, (_, index) => `m${index}`);
      const states = new Map(ids.map((id) => [id, read(8)]));
      expect(turnOfMembers(ids, { states, moved: nobody, intervalSeconds })).toHaveLength(expected);
    },
  );
});

describe('something moves at an account', () => {
  const accountsOf = (userId: number) => [`account of ${userId}`];
  const remote = { ...facts({ externalId: 'e1', accountId: 'ana', end: null, isRunning: true }).entry };
  const ours = entry({ userId: 7, externalId: 'e1', isRunning: true, endedAt: null, remoteHash: remoteHash(remote) });

  it('when an entry begins, changes while it runs, or runs no more', () => {
    expect([...movedAccounts([remote], [], accountsOf)]).toEqual(['ana']);
    expect([...movedAccounts([{ ...remote, description: 'Other' }], [ours], accountsOf)]).toEqual(['ana']);
    expect([...movedAccounts([], [ours], accountsOf)]).toEqual(['account of 7']);
  });

  it('and not when what runs is what we know', () => {
    expect([...movedAccounts([remote], [ours], accountsOf)]).toEqual([]);
  });
});
