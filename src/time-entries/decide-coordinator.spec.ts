import { describe, expect, it } from 'vitest';
import { at, content, entry } from '../../test/support/entries.js';
import { blankEntry } from './blank-entry.js';
import { decide } from './decide.js';
import type { Decision, EntryChange } from './entry-change.js';
import type { TimeEntry } from './time-entry.js';

const context = { now: at('12:00:00'), overtimeSeconds: 5 * 3600, hasPendingPush: false };

function written(current: TimeEntry, change: EntryChange) {
  const decision = decide(current, change, context);
  if (decision.kind !== 'write') throw new Error('nothing was written');
  return decision;
}

const outcome = (current: TimeEntry, change: EntryChange): Decision['kind'] => decide(current, change, context).kind;

describe('a coordinator', () => {
  const key = { source: 'clockify', workspaceId: 'w', externalId: 'typed' };
  const enter: EntryChange = { kind: 'enter', key, userId: 1, content: content() };

  it('enters a session of a service that is approved by rule and never pushed', () => {
    const { next, pushes, mails } = written(blankEntry(7, 1, at('08:00:00')), enter);
    expect(next).toMatchObject({ ...key, integrationId: null, remoteSeen: false, reviewStatus: 'approved' });
    expect([pushes, mails]).toEqual([[], []]);
  });

  it('may not use an id twice, also not that of a removed session', () => {
    for (const deletedAt of [null, at('10:00:00')]) {
      expect(() => decide(entry({ ...key, deletedAt }), enter, context)).toThrow(
        expect.objectContaining({ status: 409, code: 'SESSION.DUPLICATE_EXTERNAL_ID' }),
      );
    }
  });

  it('remarks on an entry, also a removed one, without changing it', () => {
    const remark: EntryChange = { kind: 'remark', id: 7, text: { description: 'called' } };
    expect(decide(entry({ deletedAt: at('10:00:00') }), remark, context)).toMatchObject({ kind: 'remark' });
    expect(() => decide(blankEntry(7, 1, at('08:00:00')), remark, context)).toThrow('There is no such time entry');
  });
});

describe('the monitor', () => {
  const overrun: EntryChange = { kind: 'overrun', id: 7 };
  const runningSince = (start: string) => entry({ startedAt: at(start), endedAt: null, isRunning: true });

  it('finds what runs for more than five hours, once, and has it told', () => {
    expect(outcome(runningSince('07:00:00'), overrun)).toBe('unchanged');
    const { next, action, mails } = written(runningSince('06:59:59'), overrun);
    expect([next.isOvertime, action, mails.map((mail) => mail.kind)]).toEqual([true, 'overran', ['overtime']]);
    expect(outcome(next, overrun)).toBe('unchanged');
  });

  it('does not look at drafts, nor at what has ended or is gone', () => {
    const draft = entry({ startedAt: at('01:00:00'), endedAt: null, isRunning: false });
    expect(outcome(draft, overrun)).toBe('unchanged');
    expect(outcome(entry({ startedAt: at('01:00:00') }), overrun)).toBe('unchanged');
    expect(outcome({ ...runningSince('01:00:00'), deletedAt: at('10:00:00') }, overrun)).toBe('unchanged');
  });

  it('keeps what was found through other changes, until the start or the end says otherwise', () => {
    const found = written(runningSince('06:00:00'), overrun).next;
    const edited = (patch: object) => written(found, { kind: 'edit', id: 7, patch }).next.isOvertime;
    expect(edited({ description: 'x' })).toBe(true);
    expect(edited({ startedAt: at('11:00:00') })).toBe(false);
    expect(written(found, { kind: 'end', id: 7, end: at('10:00:00') }).next.isOvertime).toBe(false);
  });
});
