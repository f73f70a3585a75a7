import { describe, expect, it } from 'vitest';
import { ProviderError } from '../../contract/provider-error.js';
import type { EntryDraft } from '../../contract/remote-entry.js';
import { decode, toBody, toEntry, toProfile, toRemoteEntry, toRemoteProject, toRows } from './clockify.mapping.js';

/** The documented example of an entry. */
const PLAIN = {
  id: '64c777ddd3fcab07cfbb210c',
  description: 'text',
  tagIds: ['321f77ddd3fcab07cfbb567e'],
  userId: '5a0ab5acb07987125438b60f',
  billable: true,
  taskId: null,
  projectId: '25b687e29ae1f428e7ebe123',
  workspaceId: '64a687e29ae1f428e7ebe303',
  timeInterval: { start: '2026-05-24T10:00:00Z', end: '2026-05-24T11:00:00Z', duration: 'PT1H' },
  customFieldValues: [],
  type: 'REGULAR',
  kioskId: null,
  hourlyRate: null,
  costRate: null,
  isLocked: false,
};
const changed = (changes: object) => toEntry({ ...PLAIN, ...changes });
const names = new Map([['321f77ddd3fcab07cfbb567e', 'a tag']]);

const draft: EntryDraft = {
  description: 'Write the tests',
  notes: 'kept here',
  projectExternalId: PLAIN.projectId,
  taskExternalId: null,
  tags: ['a tag'],
  isBillable: true,
  start: new Date('2026-05-24T10:00:00.900Z'),
  end: new Date('2026-05-24T11:00:00.100Z'),
  isRunning: false,
};

describe('a Clockify entry', () => {
  it('is read with its tags by id', () => {
    expect(toRemoteEntry(toEntry(PLAIN), names)).toEqual({
      externalId: PLAIN.id,
      workspaceId: PLAIN.workspaceId,
      accountId: PLAIN.userId,
      description: 'text',
      projectExternalId: PLAIN.projectId,
      taskExternalId: null,
      tags: ['a tag'],
      isBillable: true,
      start: new Date('2026-05-24T10:00:00Z'),
      end: new Date('2026-05-24T11:00:00Z'),
      isRunning: false,
      isDeleted: false,
      version: null,
    });
  });

  it('is read with things in place of their ids, and says the same', () => {
    const { projectId, tagIds, taskId: _none, userId, ...rest } = PLAIN;
    const hydrated = {
      ...rest,
      project: { id: projectId, name: 'A project' },
      task: null,
      tags: [{ id: tagIds[0], name: 'a tag' }],
      user: { id: userId, name: 'Somebody' },
    };
    expect(toRemoteEntry(toEntry(hydrated), new Map())).toEqual({
      ...toRemoteEntry(toEntry(PLAIN), names),
      projectName: 'A project',
    });
  });

  it.each([
    ['null', { start: PLAIN.timeInterval.start, end: null, duration: null }],
    ['absent', { start: PLAIN.timeInterval.start }],
  ])('runs while its end is %s', (_what, timeInterval) => {
    expect(changed({ timeInterval }).facts).toMatchObject({ end: null, isRunning: true });
  });

  it('has nothing where Clockify writes an empty id or null', () => {
    const bare = changed({ projectId: '', taskId: '', tagIds: null, description: null, billable: null });
    expect(bare.facts).toMatchObject({ projectExternalId: null, taskExternalId: null, description: '' });
    expect([bare.tagIds, bare.facts.isBillable]).toEqual([[], false]);
  });

  it('keeps custom fields for writing, under the key and with the source Clockify takes', () => {
    const field = { customFieldId: '5b1e6b160cb8793dd93ec120', timeEntryId: PLAIN.id, name: 'Ticket' };
    const customFieldValues = [
      { ...field, type: 'TXT', value: 'T-1' },
      { ...field, type: 'WORKSPACE', value: 7 },
      { ...field, type: 'TXT', value: null },
    ];
    const { kept } = changed({ customFieldValues, type: 'BREAK' });
    expect(kept).toEqual({
      type: 'BREAK',
      customFields: [
        { customFieldId: field.customFieldId, value: 'T-1', sourceType: 'TIMEENTRY' },
        { customFieldId: field.customFieldId, value: 7, sourceType: 'WORKSPACE' },
      ],
    });
    expect(changed({ type: 'HOLIDAY' }).kept).toEqual({});
  });

  it.each([
    ['no id', { id: undefined }],
    ['a number for an id', { id: 7 }],
    ['an id that could be a path', { id: '../../../../../../users' }],
    ['no interval', { timeInterval: undefined }],
    ['a start that is no time', { timeInterval: { start: 'yesterday' } }],
    ['an owner that is missing', { userId: null }],
    ['tags that are no list', { tagIds: 'x' }],
  ])('with %s is no entry', (_what, changes) => {
    const read = () => decode(() => changed(changes), true);
    expect(read).toThrow(ProviderError);
    expect(read).toThrow(/could not be understood/);
  });
});

describe('a write to Clockify', () => {
  it('has whole seconds and leaves out what is empty', () => {
    expect(toBody(draft, ['321f77ddd3fcab07cfbb567e'])).toEqual({
      start: '2026-05-24T10:00:00Z',
      end: '2026-05-24T11:00:00Z',
      description: 'Write the tests',
      projectId: PLAIN.projectId,
      tagIds: ['321f77ddd3fcab07cfbb567e'],
      billable: true,
    });
    expect(toBody({ ...draft, end: null, projectExternalId: null }, [])).not.toHaveProperty('end');
  });
});

describe('other rows of Clockify', () => {
  it('name the account, its zone and its workspace', () => {
    const row = { id: PLAIN.userId, name: '', email: 'a@example.com', activeWorkspace: PLAIN.workspaceId };
    expect(toProfile({ ...row, settings: { timeZone: 'Europe/Madrid' } })).toEqual({
      accountId: PLAIN.userId,
      accountName: 'a@example.com',
      timeZone: 'Europe/Madrid',
      defaultWorkspaceId: PLAIN.workspaceId,
    });
    expect(toProfile(row).timeZone).toBeNull();
  });

  it('name a project’s client, where there is one', () => {
    const row = { id: PLAIN.projectId, name: 'P', archived: true, clientId: '', clientName: '' };
    expect(toRemoteProject(row, new Map())).toEqual({
      externalId: PLAIN.projectId,
      name: 'P',
      client: null,
      isArchived: true,
    });
    expect(toRemoteProject({ ...row, clientName: 'C' }, new Map()).client).toBe('C');
  });

  it('come as a list, never as null', () => {
    for (const value of [null, {}, 'text', [7]])
      expect(() => decode(() => toRows(value), false)).toThrow(ProviderError);
  });
});
