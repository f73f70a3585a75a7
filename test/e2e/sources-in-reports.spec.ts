import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ImportWorker } from '../../src/imports/import-worker.js';
import { DeliveryWorker } from '../../src/webhooks/delivery-worker.js';
import { healthDocument, MINDFUL, STEPS, workout } from '../support/health-export.js';
import { readWorkbook, rowsOf } from '../support/report-world.js';
import { deliverToggl, SECRET, togglEntry, togglEvent } from '../support/toggl-webhooks.js';
import { TogglApp, type Tracker } from '../support/toggl.js';
import { zip } from '../support/zip.js';

const directory = mkdtempSync(path.join(os.tmpdir(), 'timesheet-sources-'));
let world: TogglApp;

beforeAll(async () => {
  world = await TogglApp.start({ env: { TOGGL_WEBHOOK_SECRET: SECRET, ROLE: 'api' } });
});

afterAll(async () => {
  await world.close();
  rmSync(directory, { recursive: true, force: true });
});

const upload = (kind: string, file: () => string | Buffer) => async (who: Tracker) => {
  const form = new FormData();
  form.set('kind', kind);
  form.set('file', new Blob([new Uint8Array(Buffer.from(file()))]), 'file');
  const answer = await fetch(`${world.app.url}/v1/resources/imports`, {
    method: 'POST',
    headers: who.bearer,
    body: form,
  });
  expect(answer.status, await answer.clone().text()).toBe(202);
  await world.app.get(ImportWorker).readDue();
};

async function pushOfToggl({ toggl }: Tracker): Promise<void> {
  const ids = {
    user_id: toggl.id,
    uid: toggl.id,
    workspace_id: toggl.defaultWorkspaceId,
    wid: toggl.defaultWorkspaceId,
  };
  const times = { start: '2026-02-25T08:00:00Z', stop: '2026-02-25T09:30:00Z', duration: 5400 };
  const payload = togglEntry({ id: 3_050_000_001, description: 'Pushed', ...times, ...ids, tags: ['deep'] });
  const answer = await deliverToggl(world.app.url, togglEvent({ eventId: 8_023_000_000_000_001, payload }));
  expect(answer.status).toBe(200);
}

async function sendOfPhone({ bearer }: Tracker): Promise<void> {
  const run = {
    id: '6E7B0F0A-2B0C-4C66-9A54-0C7C4E9B8D11',
    name: 'Outdoor Run',
    start: '2026-02-25 18:00:00 +0100',
    end: '2026-02-25 18:42:10 +0100',
    duration: 2530.4,
    activeEnergyBurned: { qty: 412.7, units: 'kcal' },
    distance: { qty: 7.31, units: 'km' },
    heartRateData: [{ date: '2026-02-25 18:00:05 +0100', Min: 92, Avg: 95, Max: 99, units: 'bpm', source: 'Watch' }],
    route: [{ latitude: 40.4, longitude: -3.7, altitude: 655, timestamp: '2026-02-25 18:00:00 +0100' }],
  };
  const answer = await fetch(`${world.app.url}/webhooks/health`, {
    method: 'POST',
    headers: { ...bearer, 'content-type': 'application/json' },
    body: JSON.stringify({ data: { workouts: [run], metrics: [] } }),
  });
  expect(answer.status).toBe(200);
  await answer.body?.cancel();
}

const EXPORT = () =>
  zip([
    { name: 'apple_health_export/', content: '' },
    { name: 'apple_health_export/export_cda.xml', content: '<ClinicalDocument/>' },
    {
      name: 'apple_health_export/exportación.xml',
      content: healthDocument(STEPS, workout('2026-02-25 07:00:00 +0100', '2026-02-25 07:30:00 +0100'), MINDFUL),
    },
  ]);

function timeOrgBackup(): Buffer {
  const file = path.join(directory, 'backup.timeorg-backup');
  rmSync(file, { force: true });
  const database = new DatabaseSync(file);
  database.exec(`create table android_metadata (locale text);
    create table times (id integer primary key autoincrement, LoginTime text, LogoutTime text);
    insert into times (LoginTime, LogoutTime) values ('2026-02-25 10:00:00', '2026-02-25 12:15:00')`);
  database.close();
  return readFileSync(file);
}

const TOGGL_CSV = () =>
  '\uFEFFUser,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags,Amount ()\r\n' +
  'Ana,,Acme,House,,"Paint, twice",Yes,2026-02-25,13:00:00,2026-02-25,14:00:00,01:00:00,"blue, red",\r\n';

const CLOCKIFY_CSV = () =>
  '"Project","Client","Description","Task","User","Group","Email","Tags","Billable","Start Date","Start Time","End Date","End Time","Duration (h)","Duration (decimal)","Billable Rate (USD)","Billable Amount (USD)"\n' +
  '"Website","","Banner","","Ana","","","","Yes","02/25/2026","03:00:00 PM","02/25/2026","04:00:00 PM","01:00:00","1.00","0.00","0.00"\n';

type Shown = [description: string, project: string, start: string, end: string];

/** From the format in which each really comes. */
const SOURCES: [string, (who: Tracker) => Promise<void>, Shown[]][] = [
  ['a push of Toggl', pushOfToggl, [['Pushed', 'Sin proyecto', '2026-02-25T08:00:00Z', '2026-02-25T09:30:00Z']]],
  [
    'Health Auto Export',
    sendOfPhone,
    [['Outdoor Run', 'Sin proyecto', '2026-02-25T17:00:00Z', '2026-02-25T17:42:10Z']],
  ],
  [
    'an Apple Health export',
    upload('apple_health', EXPORT),
    [
      ['Walking', 'Sin proyecto', '2026-02-25T06:00:00Z', '2026-02-25T06:30:00Z'],
      ['Mindfulness', 'Sin proyecto', '2026-05-30T23:38:20Z', '2026-05-30T23:43:20Z'],
    ],
  ],
  ['TimeOrg', upload('timeorg', timeOrgBackup), [['', 'Sin proyecto', '2026-02-25T09:00:00Z', '2026-02-25T11:15:00Z']]],
  [
    'a CSV of Toggl',
    upload('toggl_csv', TOGGL_CSV),
    [['Paint, twice', 'House', '2026-02-25T12:00:00Z', '2026-02-25T13:00:00Z']],
  ],
  [
    'a CSV of Clockify',
    upload('clockify_csv', CLOCKIFY_CSV),
    [['Banner', 'Website', '2026-02-25T14:00:00Z', '2026-02-25T15:00:00Z']],
  ],
];

describe('what comes from', () => {
  /** The rows of the sheet of sessions, between its header and its sums. */
  async function reported({ bearer }: Tracker): Promise<Shown[]> {
    const range = 'from=2026-02-01T00:00:00Z&to=2026-06-30T00:00:00Z';
    const answer = await fetch(`${world.app.url}/v1/resources/reports?${range}&format=xlsx`, { headers: bearer });
    expect(answer.status).toBe(200);
    const book = await readWorkbook(await answer.arrayBuffer());
    const rows = rowsOf(book.worksheets[0]!);
    const text = (value: unknown) => (typeof value === 'string' ? value : '');
    const iso = (value: unknown) => (value as Date).toISOString().replace('.000Z', 'Z');
    return rows
      .filter((row) => row[3] instanceof Date)
      .map((row) => [text(row[0]), text(row[1]), iso(row[3]), iso(row[5])]);
  }

  const stored = async ({ id }: Tracker) =>
    world.app.database.query(
      `select te.*, (select count(*) from sessions_binnacle b where b.entry_id = te.id) as lines
       from time_entries te where user_id = $1 order by id`,
      [id],
    );

  it.each(SOURCES)(
    '%s is in the ledger and in the workbook, and again changes nothing',
    async (name, feed, expected) => {
      const ana = await world.addTracker(name.toLowerCase().replaceAll(/\W+/g, '-'));
      await world.app.database.execute(`update users set time_zone = 'Europe/Madrid' where id = $1`, [ana.id]);
      const take = async () => {
        await feed(ana);
        await world.app.get(DeliveryWorker).processDue();
      };
      await take();
      expect(await reported(ana)).toEqual(expected);
      const first = await stored(ana);
      expect(first).toHaveLength(expected.length);
      await take();
      expect(await stored(ana)).toEqual(first);
      expect(await reported(ana)).toEqual(expected);
    },
  );
});
