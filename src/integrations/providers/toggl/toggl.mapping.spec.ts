import { describe, expect, it } from 'vitest';
import { ProviderError } from '../../contract/provider-error.js';
import type { EntryDraft } from '../../contract/remote-entry.js';
import { parseKeepingIds } from './toggl.json.js';
import { decode, toBody, toNewBody, toProfile, toRemoteEntry, toRemoteProject, toRows } from './toggl.mapping.js';

/** Recorded answers, shortened and made anonymous. */
const CREATED_WITHOUT_END =
  '{"id":3730143050,"workspace_id":2000001,"project_id":null,"task_id":null,"billable":false,"start":"2024-12-15T20:17:59Z","stop":null,"duration":0,"description":null,"tags":null,"tag_ids":null,"duronly":true,"at":"2024-12-15T20:17:59.767861Z","server_deleted_at":null,"user_id":1000001,"uid":1000001,"wid":2000001}';
const RUNNING_OLD_CLIENT =
  '{"id":3727977106,"workspace_id":2000001,"project_id":155392684,"task_id":null,"billable":false,"start":"2024-12-13T00:18:26+00:00","stop":null,"duration":-1734049107,"description":"sample description","tags":[],"tag_ids":[],"duronly":true,"at":"2024-12-13T00:18:26.835197Z","server_deleted_at":null,"user_id":1000001,"uid":1000001,"wid":2000001,"pid":155392684}';
const DELETED =
  '{"id":3730276799,"workspace_id":2000001,"project_id":null,"task_id":null,"billable":false,"start":"2024-12-16T02:18:20+00:00","stop":"2024-12-16T03:18:20+00:00","duration":3600,"description":null,"tags":[],"tag_ids":[],"duronly":true,"at":"2024-12-16T01:38:02.034497Z","server_deleted_at":"2024-12-16T01:38:02+00:00","user_id":1000001,"uid":1000001,"wid":2000001}';

const entryOf = (text: string) => toRemoteEntry(parseKeepingIds(text));
const changed = (changes: object) => toRemoteEntry({ ...(JSON.parse(DELETED) as object), ...changes });

const draft: EntryDraft = {
  description: 'Write the tests',
  notes: null,
  projectExternalId: '155392684',
  taskExternalId: null,
  tags: ['b', 'a'],
  isBillable: true,
  start: new Date('2024-12-16T02:00:00.900Z'),
  end: new Date('2024-12-16T03:00:00.100Z'),
  isRunning: false,
};

describe('a Toggl entry', () => {
  it('runs while its stop is null and its duration negative, whatever the figure', () => {
    expect(entryOf(RUNNING_OLD_CLIENT)).toEqual({
      externalId: '3727977106',
      workspaceId: '2000001',
      accountId: '1000001',
      description: 'sample description',
      projectExternalId: '155392684',
      taskExternalId: null,
      tags: [],
      isBillable: false,
      start: new Date('2024-12-13T00:18:26Z'),
      end: null,
      isRunning: true,
      isDeleted: false,
      version: new Date('2024-12-13T00:18:26.835Z'),
    });
  });

  it('does not run with stop null and duration 0: it ended when it started', () => {
    const entry = entryOf(CREATED_WITHOUT_END);
    expect([entry.isRunning, entry.end]).toEqual([false, entry.start]);
    expect([entry.description, entry.tags]).toEqual(['', []]);
  });

  it('ends after its duration when it was made with that alone', () => {
    expect(changed({ stop: null, duration: 90 }).end).toEqual(new Date('2024-12-16T02:19:50Z'));
  });

  it('believes the stop, not the duration', () => {
    expect(changed({ duration: 1 }).end).toEqual(new Date('2024-12-16T03:18:20Z'));
  });

  it('is deleted when the server says so', () => {
    expect(entryOf(DELETED).isDeleted).toBe(true);
  });

  it('reads any offset', () => {
    expect(changed({ start: '2024-12-16T03:18:20.25+01:00' }).start).toEqual(new Date('2024-12-16T02:18:20.250Z'));
  });

  it('keeps ids beyond 2^53 digit by digit', () => {
    const text = DELETED.replace('3730276799', '9223372036854775807').replace(
      '"project_id":null',
      '"project_id":9007199254740993',
    );
    expect(entryOf(text)).toMatchObject({ externalId: '9223372036854775807', projectExternalId: '9007199254740993' });
  });

  it.each([
    ['no id', { id: undefined }],
    ['a fractional id', { id: 1.5 }],
    ['a start that is no time', { start: 'yesterday' }],
    ['an impossible start', { start: '2024-02-30T10:00:00Z' }],
    ['no duration while the stop is null', { stop: null, duration: undefined }],
    ['tags that are numbers', { tags: [1] }],
  ])('is not understood with %s', (_what, changes) => {
    expect(() => decode(() => changed(changes), true)).toThrow(
      expect.objectContaining({ kind: 'unavailable', isAmbiguous: true }) as ProviderError,
    );
  });
});

describe('a body for Toggl', () => {
  const sent = (value: object) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>;

  it('says all that the draft says, in whole seconds that agree', () => {
    expect(sent(toBody(draft, '2000001'))).toEqual({
      workspace_id: 2000001,
      description: 'Write the tests',
      project_id: 155392684,
      task_id: null,
      tags: ['b', 'a'],
      billable: true,
      start: '2024-12-16T02:00:00Z',
      stop: '2024-12-16T03:00:00Z',
      duration: 3600,
    });
  });

  it('always sends duration -1 for a running entry, and names its maker on create', () => {
    const running = { ...draft, end: null, isRunning: true, projectExternalId: null };
    expect(sent(toNewBody(running, '2000001'))).toEqual({
      created_with: 'Timesheet',
      workspace_id: 2000001,
      description: 'Write the tests',
      tags: ['b', 'a'],
      billable: true,
      start: '2024-12-16T02:00:00Z',
      duration: -1,
    });
  });

  it('says nothing of the end of a running entry unless it is to run again', () => {
    const running = { ...draft, end: null, isRunning: true };
    expect(sent(toBody(running, '2000001', { reopen: false }))).not.toHaveProperty('duration');
    expect(sent(toBody(running, '2000001', { reopen: true }))).toMatchObject({ stop: null, duration: -1 });
  });

  it('writes ids beyond 2^53 as the numbers they are', () => {
    const body = JSON.stringify(toBody({ ...draft, projectExternalId: '9007199254740993' }, '9223372036854775807'));
    expect(body).toContain('"workspace_id":9223372036854775807');
    expect(body).toContain('"project_id":9007199254740993');
  });

  it.each(['', '12a', '1/../2', '01', '1e5'])('refuses the id %j before it gets anywhere', (id) => {
    expect(() => toBody({ ...draft, projectExternalId: id }, '2000001')).toThrow(ProviderError);
  });
});

describe('other answers of Toggl', () => {
  it('take null for an empty list', () => {
    expect(toRows(null)).toEqual([]);
  });

  it('give the profile without its token and e-mail', () => {
    const profile = toProfile({
      id: 1000001,
      api_token: 'REDACTED',
      email: 'user@example.com',
      fullname: 'Test User',
      timezone: 'Europe/Berlin',
      default_workspace_id: 2000001,
    });
    expect(profile).toEqual({
      accountId: '1000001',
      accountName: 'Test User',
      timeZone: 'Europe/Berlin',
      defaultWorkspaceId: '2000001',
    });
  });

  const project = {
    id: 63334144,
    client_id: 64890399,
    name: 'sample name',
    active: true,
    status: 'active',
    cid: 64890399,
  };
  const names = new Map([['64890399', 'A client']]);

  it.each([
    [{}, false],
    [{ active: false }, true],
    [{ status: 'archived' }, true],
    [{ status: 'ended' }, false],
  ])('give a project with %j archived: %s', (changes, isArchived) => {
    const expected = { externalId: '63334144', name: 'sample name', client: 'A client', isArchived };
    expect(toRemoteProject({ ...project, ...changes }, names)).toEqual(expected);
  });

  it('leave deleted projects out', () => {
    expect(toRemoteProject({ ...project, status: 'deleted' }, names)).toBeNull();
    expect(toRemoteProject({ ...project, server_deleted_at: '2024-12-12T00:00:00Z' }, names)).toBeNull();
  });
});
