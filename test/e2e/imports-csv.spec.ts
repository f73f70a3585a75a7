import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ImportWorker } from '../../src/imports/import-worker.js';
import { TogglApp, type Tracker } from '../support/toggl.js';

interface ImportBody {
  id: number;
  state: string;
  new: number;
  duplicates: number;
  rejected: { line: number; reason: string }[];
}

let world: TogglApp;
let people = 0;

beforeAll(async () => {
  world = await TogglApp.start();
});

afterAll(() => world.close());

async function newcomer(): Promise<Tracker> {
  const ana = await world.addTracker(`ana${++people}`);
  const email = `ana${people}@example.com`;
  await world.app.database.execute(`update users set time_zone = 'Europe/Madrid', email = $2 where id = $1`, [
    ana.id,
    email,
  ]);
  return ana;
}

async function send(who: Tracker, content: string, fields: Record<string, string>) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('file', new Blob([content]), 'report.csv');
  const answer = await fetch(`${world.app.url}/v1/resources/imports`, {
    method: 'POST',
    headers: who.bearer,
    body: form,
  });
  return { status: answer.status, body: (await answer.json()) as { result: ImportBody; message: string } };
}

async function bringIn(who: Tracker, content: string, fields: Record<string, string>): Promise<ImportBody> {
  const { status, body } = await send(who, content, fields);
  expect([status, body.message]).toEqual([202, undefined]);
  await world.app.get(ImportWorker).readDue();
  const answer = await fetch(`${world.app.url}/v1/resources/imports?id=${body.result.id}`, { headers: who.bearer });
  return ((await answer.json()) as { result: ImportBody }).result;
}

const entriesOf = (who: Tracker) =>
  world.app.database.query(
    `select description, project_name as project, tags, is_billable as billable, started_at as start, ended_at as end, source
     from time_entries where user_id = $1 order by started_at, id`,
    [who.id],
  );

const TOGGL = [
  'User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags',
  'Ana,ana@example.org,,House,,"Paint, twice",Yes,2026-03-29,01:30:00,2026-03-29,03:30:00,01:00:00,"blue, red"',
  'Ana,ana@example.org,,House,,Break,No,2026-03-30,09:00:00,2026-03-30,08:00:00,-01:00:00,',
  'Ana,ana@example.org,,House,,Break,No,2026-02-30,09:00:00,2026-02-30,10:00:00,01:00:00,',
  'Ana,ana@example.org,,,,Call,No,2026-03-30,10:00:00,2026-03-30,10:10:00,00:10:00,',
  'Ana,ana@example.org,,,,Call,No,2026-03-30,10:00:00,2026-03-30,10:10:00,00:10:00,',
].join('\r\n');

describe('a report of Toggl as CSV', () => {
  it('comes in by the clock of its owner, over a change of the clock too; rows that cannot be read are named', async () => {
    const ana = await newcomer();
    const found = await bringIn(ana, TOGGL, { kind: 'toggl_csv' });
    expect(found).toMatchObject({
      state: 'done',
      new: 3,
      rejected: [
        { line: 3, reason: 'it ends before it starts' },
        { line: 4, reason: 'its start “2026-02-30 09:00:00” is no possible time' },
      ],
    });
    expect(await entriesOf(ana)).toMatchObject([
      {
        description: 'Paint, twice',
        project: 'House',
        tags: ['blue', 'red'],
        billable: true,
        start: new Date('2026-03-29T00:30:00Z'),
        end: new Date('2026-03-29T01:30:00Z'),
        source: 'csv',
      },
      { description: 'Call', billable: false, project: null },
      { description: 'Call' },
    ]);
  });

  it('brings nothing new the second time; two equal rows are two entries all the same', async () => {
    const ana = await newcomer();
    await bringIn(ana, TOGGL, { kind: 'toggl_csv' });
    expect(await bringIn(ana, TOGGL, { kind: 'toggl_csv' })).toMatchObject({ new: 0, duplicates: 3 });
  });

  it('goes to the chosen account once, also when the file comes again without it', async () => {
    const ana = await newcomer();
    const chosen = { kind: 'toggl_csv', integration_id: String(ana.integrationId) };
    expect(await bringIn(ana, TOGGL, chosen)).toMatchObject({ new: 3, duplicates: 0 });
    const pushes = await world.app.database.query(
      `select p.wanted from pushes p join time_entries te on te.id = p.entry_id where te.user_id = $1`,
      [ana.id],
    );
    expect(pushes).toEqual([{ wanted: 'present' }, { wanted: 'present' }, { wanted: 'present' }]);
    expect(await bringIn(ana, TOGGL, { kind: 'toggl_csv' })).toMatchObject({ new: 0, duplicates: 3 });
    expect(await bringIn(ana, TOGGL, chosen)).toMatchObject({ new: 0, duplicates: 3 });
  });
});

const CLOCKIFY = (dates: [string, string], email = 'ana@example.org') =>
  [
    'Proyecto;Cliente;Descripción;Correo electrónico;Etiquetas;Facturable;Fecha de inicio;Hora de inicio;Fecha de finalización;Hora de finalización;Duración (h);Duración (decimal)',
    ...dates.map((date) => `Casa;;Pintar;${email};;Sí;${date};9:00 a.m.;${date};1:30 p.m.;04:30:00;4,50`),
  ].join('\n');

describe('a report of Clockify as CSV', () => {
  it('is read in another language, with semicolons, days first and twice twelve hours', async () => {
    const ana = await newcomer();
    expect(await bringIn(ana, CLOCKIFY(['25/03/2026', '02/04/2026']), { kind: 'clockify_csv' })).toMatchObject({
      new: 2,
    });
    expect(await entriesOf(ana)).toMatchObject([
      { start: new Date('2026-03-25T08:00:00Z'), end: new Date('2026-03-25T12:30:00Z'), billable: true },
      { start: new Date('2026-04-02T07:00:00Z') },
    ]);
  });

  it('is not guessed at where its dates can be read in two ways', async () => {
    const ana = await newcomer();
    const file = CLOCKIFY(['03/04/2026', '05/04/2026']);
    const { status, body } = await send(ana, file, { kind: 'clockify_csv' });
    expect([status, body.message]).toEqual([422, expect.stringContaining('say which with date_order')]);
    await bringIn(ana, file, { kind: 'clockify_csv', date_order: 'mdy' });
    expect(await entriesOf(ana)).toMatchObject([
      { start: new Date('2026-03-04T08:00:00Z') },
      { start: new Date('2026-05-04T07:00:00Z') },
    ]);
  });

  it('brings in of a team’s report only the owner’s rows', async () => {
    const ana = await newcomer();
    const own = `Ana${people}@example.com`;
    const team = `${CLOCKIFY(['25/03/2026', '26/03/2026'], own)}\n${CLOCKIFY(['25/03/2026', '26/03/2026'], 'ben@example.org').split('\n')[1]}`;
    expect(await bringIn(ana, team, { kind: 'clockify_csv' })).toMatchObject({
      new: 2,
      rejected: [{ line: 4, reason: 'is the time of another person' }],
    });
    const { status, body } = await send(ana, team.replaceAll(own, 'carla@example.org'), { kind: 'clockify_csv' });
    expect([status, body.message]).toEqual([422, expect.stringContaining('the time of 2 people')]);
  });

  it.each([
    ['a column missing', 'Project,Start Date,End Date,End Time\na,b,c,d', /has no column start time/],
    ['another table', 'a,b,c\n1,2,3', /no export of time entries/],
    ['no text', 'Start Date\0,Start Time', /not text in UTF-8/],
    ['an open quotation', 'Start Date,Start Time,Duration\n"2026', /does not end/],
  ])('is refused with %s', async (_name, content, message) => {
    const { status, body } = await send(await newcomer(), content, { kind: 'clockify_csv' });
    expect([status, body.message]).toEqual([422, expect.stringMatching(message)]);
  });
});
