import { describe, expect, it } from 'vitest';
import { at, content, entry } from '../../test/support/entries.js';
import { blankEntry } from './blank-entry.js';
import { decide } from './decide.js';
import type { ChangeOf, DecisionContext } from './entry-change.js';

const context: DecisionContext = { now: at('12:00:00'), overtimeSeconds: 5 * 3600, hasPendingPush: false };
const KEY = { source: 'timeorg', workspaceId: 'user:1', externalId: 'morning' };
const blank = blankEntry(7, 1, at('08:00:00'));

const change = (more: Partial<ChangeOf<'import'>> = {}): ChangeOf<'import'> => ({
  kind: 'import',
  key: KEY,
  userId: 1,
  content: content({ source: 'timeorg', workspaceId: 'user:1' }),
  ...more,
});

describe('an entry out of a file', () => {
  it('is born under its key, and told to nobody', () => {
    expect(decide(blank, change(), context)).toMatchObject({
      kind: 'write',
      action: 'created',
      next: { ...KEY, version: 1, reviewStatus: 'approved', validStartedAt: at('08:00:00') },
      pushes: [],
      mails: [],
    });
  });

  it('is a duplicate of what is known, whatever has become of that', () => {
    for (const known of [{}, { deletedAt: at('10:00:00') }, { isLocked: true }, { description: 'another' }]) {
      expect(decide(entry({ ...KEY, ...known }), change(), context)).toEqual({ kind: 'unchanged', note: 'duplicate' });
    }
  });

  it('is a duplicate where its key was given up for an id at a service', () => {
    expect(decide(blank, change(), { ...context, isOurs: true })).toEqual({ kind: 'unchanged', note: 'duplicate' });
  });

  it('is sent to the account it is to live at, whose id it then gets', () => {
    const home = content({ source: 'toggl', workspaceId: '2000001', integrationId: 5 });
    expect(decide({ ...blank, ...KEY }, change({ content: home }), context)).toMatchObject({
      next: { source: 'toggl', workspaceId: '2000001', externalId: null, integrationId: 5 },
      pushes: [{ integrationId: 5, wanted: 'present', externalId: null }],
    });
  });

  it('keeps the offsets that were told where the zone is not', () => {
    const offsets = { offsetStartSeconds: -25_200, offsetEndSeconds: -25_200 };
    expect(decide(blank, change({ offsets }), context)).toMatchObject({ next: { timeZone: 'UTC', ...offsets } });
    const inMadrid = content({ timeZone: 'Europe/Madrid' });
    expect(decide(blank, change({ content: inMadrid, offsets }), context)).toMatchObject({
      next: { offsetStartSeconds: 7200, offsetEndSeconds: 7200 },
    });
  });
});
