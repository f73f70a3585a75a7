import { describe, expect, it } from 'vitest';
import type { Connection } from '../../contract/provider.js';
import { toLogs, toOneLog } from './zoho.logs.mapping.js';
import { toRemoteEntry } from './zoho.remote-entry.js';
import { ShapeError } from './zoho.shapes.js';

const connection: Connection = {
  integrationId: 1,
  region: 'eu',
  credentials: {},
  workspaceId: '700000001',
  accountId: '1512955000010419263',
  settings: {},
  timeZone: 'Europe/Madrid',
};

/** Answers as they were recorded, with other names in them. */
const ISSUE = {
  owner: { zpuid: '1512955000010419263', name: 'Sample Person', email: 'person@example.com' },
  date: '2026-04-01',
  created_time: '2026-04-01T07:05:34.295Z',
  module_detail: { prefix: 'A8U4-I1', name: '#20055 sample issue', id: '1512955000017787007', type: 'bug' },
  notes: 'Time log details',
  log_notes: 'Time log details',
  last_modified_time: '2026-04-01T07:05:37.649Z',
  approval: { status: 'Approved', name: 'Sample Person', email: 'person@example.com' },
  end_time: '03:05 PM',
  project: { name: 'Sample Project', id: '1512955000019693111' },
  type: 'issue',
  start_time: '10:33 AM',
  added_by: { name: 'Sample Person', email: 'person@example.com' },
  billing_status: 'Non Billable',
  id: '1512955000018868089',
  log_hour: '03:36',
};
const TASK = {
  owner: ISSUE.owner,
  date: '2026-06-24',
  module_detail: { prefix: '', name: 'Project Management', id: '1512955000019700014', type: 'task' },
  notes: '<div>project updates</div>',
  log_notes: '<div>project updates</div>',
  project: ISSUE.project,
  type: 'task',
  billing_status: 'Billable',
  id: '1512955000019693140',
  log_hour: '00:30',
};

describe('a recorded time log', () => {
  it('of an issue, with times', () => {
    const entry = toRemoteEntry([toOneLog(ISSUE, { type: 'issue' })], connection);
    expect(entry).toEqual({
      externalId: '1512955000019693111:issue:1512955000018868089',
      workspaceId: '700000001',
      accountId: '1512955000010419263',
      description: 'Time log details',
      notes: null,
      projectExternalId: '1512955000019693111',
      projectName: 'Sample Project',
      taskExternalId: '1512955000017787007',
      taskName: '#20055 sample issue',
      tags: undefined,
      isBillable: false,
      start: new Date('2026-04-01T08:33:00Z'),
      end: new Date('2026-04-01T12:09:00Z'),
      isRunning: false,
      isDeleted: false,
      version: new Date('2026-04-01T07:05:37.649Z'),
      timePrecision: 'second',
    });
  });

  it('of a task, without times and version, wrapped as in a list', () => {
    const list = { time_logs: [{ date: TASK.date, log_details: [TASK] }], page_info: { has_next_page: false } };
    const [log] = toLogs(list, 'task');
    expect(toOneLog(list, { type: 'task' })).toEqual(log);
    expect(toRemoteEntry([log!], connection)).toMatchObject({
      description: 'project updates',
      isBillable: true,
      start: new Date('2026-06-23T22:00:00Z'),
      end: new Date('2026-06-23T22:30:00Z'),
      timePrecision: 'day',
      timeZone: 'Europe/Madrid',
      version: null,
    });
  });

  it.each([
    [{ id: Number.MAX_SAFE_INTEGER + 2 }],
    [{ id: undefined }],
    [{ date: '04/01/2026' }],
    [{ log_hour: '' }],
    [{ project: { id: 'x' } }],
    [{ owner: {} }],
    [{ module_detail: null }],
  ])('with %j says nothing at all', (changes) => {
    expect(() => toOneLog({ ...ISSUE, ...changes }, { type: 'issue' })).toThrow(ShapeError);
  });
});
