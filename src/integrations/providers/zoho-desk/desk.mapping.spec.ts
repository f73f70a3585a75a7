import { describe, expect, it } from 'vitest';
import type { Connection } from '../../contract/provider.js';
import type { EntryDraft } from '../../contract/remote-entry.js';
import { readExternalId, toBody, toEntry, toRemoteEntry } from './desk.mapping.js';
import { ShapeError } from './desk.shapes.js';

/** As Zoho's own documentation shows one, an entry on a task. */
const DOCUMENTED = {
  id: '4000000045001',
  parent: {
    ticketNumber: '1001',
    associatedTicketId: '4000000031007',
    subject: 'Task subject',
    id: '4000000031010',
    type: 'TASKS',
  },
  owner: { firstName: 'Eswer', lastName: 'KM', photoURL: 'https://…', name: 'Eswer KM', id: '4000000008688129' },
  ownerId: '4000000008692',
  creatorId: '4000000008692',
  executedTime: '2016-06-22T20:30:00.000Z',
  hoursSpent: '3',
  minutesSpent: '23',
  secondsSpent: '21',
  description: 'Time Entry description',
  requestChargeType: 'Customer Service',
  isBillable: true,
  mode: 'MANUAL',
  invoiceId: '4000000008688123',
  isTrashed: 'false',
  cf: { cf_timeentryname: 'time2' },
};

const connection = { workspaceId: '7', accountId: '4000000008692' } as Connection;
const read = (changes: object = {}) => toRemoteEntry(toEntry({ ...DOCUMENTED, ...changes }), connection);

describe('a time entry of Zoho Desk', () => {
  it('is read as it is documented', () => {
    expect(toEntry(DOCUMENTED).isBilled).toBe(true);
    expect(read()).toEqual({
      externalId: 'tasks:4000000031010:4000000045001',
      workspaceId: '7',
      accountId: '4000000008692',
      description: 'Customer Service',
      notes: 'Time Entry description',
      projectExternalId: '4000000031007',
      projectName: null,
      taskExternalId: '4000000031010',
      taskName: 'Task subject',
      tags: undefined,
      isBillable: true,
      start: new Date('2016-06-22T20:30:00Z'),
      end: new Date('2016-06-22T23:53:21Z'),
      isRunning: false,
      isDeleted: false,
      version: null,
      timePrecision: 'second',
    });
  });

  it.each([
    { executedTime: 1466627400000 },
    { executedTime: '1466627400000' },
    { hoursSpent: 3, minutesSpent: 23, secondsSpent: 21 },
    { parent: { ...DOCUMENTED.parent, type: ['TASKS'] } },
    { isTrashed: false, cf: undefined },
    { ownerId: undefined, owner: { id: '4000000008692' } },
  ])('is the same one with %j', (changes) => {
    expect(read(changes)).toEqual(read());
  });

  it('lies nowhere in time without a start', () => {
    expect(read({ executedTime: null })).toBeNull();
  });

  it('on a ticket has it for a project', () => {
    const parent = { id: '5', type: 'TICKETS', ticketNumber: '1002', subject: 'Printer' };
    const entry = read({ parent, requestChargeType: 'Gossip', description: 'Toner\nbought\n' });
    expect(entry).toMatchObject({
      externalId: 'tickets:5:4000000045001',
      projectExternalId: '5',
      taskExternalId: null,
    });
    expect(entry).toMatchObject({ projectName: '#1002 Printer', description: 'Toner', notes: 'bought' });
    expect(read({ parent: undefined, requestId: '5' })).toMatchObject({ projectExternalId: '5' });
  });

  it.each([
    { id: 4000000045001.5 },
    { id: '../1' },
    { executedTime: '2016-06-22' },
    { hoursSpent: '-1' },
    { secondsSpent: 'x' },
    { parent: {} },
  ])('is not understood with %j', (changes) => {
    expect(() => read(changes)).toThrow(ShapeError);
  });
});

describe('a draft for Zoho Desk', () => {
  const draft: EntryDraft = {
    description: 'Toner',
    notes: null,
    projectExternalId: '5',
    taskExternalId: null,
    tags: ['a'],
    isBillable: false,
    start: new Date('2026-03-02T09:00:00.900Z'),
    end: new Date('2026-03-03T10:01:02.100Z'),
    isRunning: false,
  };

  it('is cut to the second, in UTC, with nothing that is not ours', () => {
    expect(toBody(draft)).toEqual({
      executedTime: '2026-03-02T09:00:00Z',
      hoursSpent: '25',
      minutesSpent: '1',
      secondsSpent: '2',
      description: 'Toner',
      isBillable: false,
    });
  });

  it.each([
    ['Toner', 'black', { description: 'Toner\nblack' }],
    ['', 'black', { description: '\nblack' }],
    ['Customer Service', 'black', { description: 'black', requestChargeType: 'Customer Service' }],
    ['Customer Service', null, { description: '', requestChargeType: 'Customer Service' }],
  ])('has %j and %j in one text, unless it is a charge type', (description, notes, expected) => {
    const body = toBody({ ...draft, description, notes });
    expect(body).toMatchObject(expected);
    const row = { id: '9', requestId: '5', ...body };
    expect(toRemoteEntry(toEntry(row), connection)).toMatchObject({ description, notes });
  });
});

describe('an external id of Zoho Desk', () => {
  it('carries module, parent and entry', () => {
    const huge = '9223372036854775807';
    expect(readExternalId(`tasks:${huge}:9`)).toEqual({ parent: { module: 'tasks', id: huge }, id: '9' });
  });

  it.each(['', '9', 'tickets:5', 'calls:5:9', 'tickets:5:9:1', 'tickets:../5:9', 'tickets:5:'])('is not %j', (text) => {
    expect(() => readExternalId(text)).toThrow('another form');
  });
});
