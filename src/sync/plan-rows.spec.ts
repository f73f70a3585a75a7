import { describe, expect, it } from 'vitest';
import { at, entry, facts } from '../../test/support/entries.js';
import type { OpenPush } from '../push/push.js';
import type { AppliedChange } from '../time-entries/time-entries.service.js';
import { pullRow, pushRow } from './plan-rows.js';

const complete = { missingFields: () => [] };
const demanding = { missingFields: () => ['end'] };
const ours = entry({ integrationId: 10, externalId: '3730303299', workspaceId: '2000001', source: 'toggl' });
const push = (changes: Partial<OpenPush> = {}): OpenPush => ({
  entryId: ours.id,
  integrationId: 10,
  wanted: 'present',
  externalId: '3730303299',
  entryVersion: 1,
  ...changes,
});
const observe = (changes: object = {}) => ({
  kind: 'observe' as const,
  key: { source: 'toggl', workspaceId: '2000001', externalId: '3730303299' },
  userId: 1,
  integrationId: 10,
  facts: facts(changes),
});
const unchanged = { outcome: 'unchanged', entry: ours, isConflict: false } as AppliedChange;

describe('a row of what waits to be sent', () => {
  it('removes at the service what has become incomplete, and is none when it never was there', () => {
    expect(pushRow(push(), ours, undefined, demanding)).toMatchObject({ action: 'delete', changes: {} });
    expect(pushRow(push({ externalId: null }), ours, undefined, demanding)).toBeNull();
  });

  it('removes there what lives elsewhere now', () => {
    const moved = { ...ours, integrationId: 11 };
    expect(pushRow(push(), moved, undefined, complete)).toMatchObject({ action: 'delete' });
  });

  it('has no changes to show when the service was not read that far back', () => {
    expect(pushRow(push(), ours, undefined, complete)).toMatchObject({ action: 'update', changes: {} });
    const shown = facts({ end: at('08:30:00') });
    expect(pushRow(push(), ours, shown, complete)?.changes).toEqual({
      end: { from: at('08:30:00').getTime() / 1000, to: at('09:00:00').getTime() / 1000 },
    });
  });
});

describe('a row of what the service shows', () => {
  const locked = { ...ours, isLocked: true, remoteVersion: at('09:00:00') };

  it('is locked when a person approved the entry, and none while the service shows the same or older', () => {
    expect(pullRow(observe({ description: 'other' }), unchanged, locked)).toMatchObject({ action: 'locked' });
    expect(pullRow(observe(), unchanged, locked)).toBeNull();
    const older = observe({ description: 'other', version: at('08:00:00') });
    expect(pullRow(older, unchanged, locked)).toBeNull();
  });

  it('is locked when the service has removed an approved entry', () => {
    const gone = { kind: 'vanish' as const, id: ours.id, integrationId: 10 };
    expect(pullRow(gone, unchanged, locked)).toMatchObject({ action: 'locked', changes: {} });
    expect(pullRow(observe({ isDeleted: true }), unchanged, locked)).toMatchObject({ action: 'locked', changes: {} });
    expect(pullRow(gone, unchanged, { ...locked, deletedAt: at('10:00:00') })).toBeNull();
  });
});
