import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ImportWorker } from '../../src/imports/import-worker.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { healthDocument, MINDFUL, OLD_YOGA, RUN, STEPS, workout } from '../support/health-export.js';
import { addPerson, type Person } from '../support/people.js';
import { zip } from '../support/zip.js';

interface ImportBody {
  id: number;
  state: string;
  percent: number;
  new: number;
  duplicates: number;
  rejected: { line: number; reason: string }[];
  rejected_count: number;
  error: string | null;
}

let app: TestApp;
let ana: Person;
let people = 0;

beforeAll(async () => {
  app = await startTestApp();
});

afterAll(() => app.close());

beforeEach(async () => {
  ana = await addPerson(app, `ana${++people}`);
  await app.database.execute(`update users set time_zone = 'Europe/Madrid' where id = $1`, [ana.id]);
});

const uploads = (): string[] =>
  readdirSync(path.join(app.config.dataDir, 'imports')).filter((name) => name.endsWith('.upload'));

async function send(content: Buffer | string, fields: Record<string, string> = { kind: 'apple_health' }, who = ana) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('file', new Blob([new Uint8Array(Buffer.from(content))]), '../../../../tmp/export.zip');
  const answer = await fetch(`${app.url}/v1/resources/imports`, { method: 'POST', headers: who.bearer, body: form });
  return {
    status: answer.status,
    body: (await answer.json()) as { result: ImportBody; code: string; message: string },
  };
}

async function state(id: number, who = ana): Promise<ImportBody> {
  const answer = await fetch(`${app.url}/v1/resources/imports?id=${id}`, { headers: who.bearer });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { result: ImportBody }).result;
}

async function bringIn(content: Buffer | string, fields?: Record<string, string>): Promise<ImportBody> {
  const { status, body } = await send(content, fields);
  expect([status, body.result?.state ?? body.message]).toEqual([202, 'queued']);
  await app.get(ImportWorker).readDue();
  return state(body.result.id);
}

const entriesOf = (who: Person) =>
  app.database.query<{ description: string; source: string; workspace_id: string; time_zone: string; offset: number }>(
    `select description, source, workspace_id, time_zone, offset_start_seconds as offset from time_entries
     where user_id = $1 order by started_at`,
    [who.id],
  );

const EXPORT = healthDocument(STEPS, RUN, MINDFUL, OLD_YOGA);
const archive = (document: string, name = 'apple_health_export/export.xml'): Buffer =>
  zip([
    { name: 'apple_health_export/', content: '' },
    { name: 'apple_health_export/export_cda.xml', content: `<ClinicalDocument>${'x'.repeat(9000)}</ClinicalDocument>` },
    { name: 'apple_health_export/workout-routes/route.gpx', content: '<gpx/>' },
    { name, content: document },
  ]);

describe('an Apple Health export', () => {
  it('goes into the ledger of its owner alone, zones and offsets kept', async () => {
    expect(await bringIn(archive(EXPORT))).toMatchObject({
      state: 'done',
      percent: 100,
      new: 3,
      duplicates: 0,
      rejected: [],
    });
    const workspace = `user:${ana.id}`;
    expect(await entriesOf(ana)).toEqual([
      {
        description: 'Yoga',
        source: 'apple_health',
        workspace_id: workspace,
        time_zone: 'Europe/Madrid',
        offset: 3600,
      },
      {
        description: 'Running',
        source: 'apple_health',
        workspace_id: workspace,
        time_zone: 'Europe/Madrid',
        offset: 7200,
      },
      {
        description: 'Mindfulness',
        source: 'apple_health',
        workspace_id: workspace,
        time_zone: 'Asia/Tokyo',
        offset: 32_400,
      },
    ]);
    const sessions = await fetch(`${app.url}/api-clockify/sessions/getByUser/${ana.id}`, {
      headers: { authorization: app.secrets.secretToken.reveal() },
    });
    expect(JSON.stringify(await sessions.json())).not.toContain('Running');
  });

  it('keeps the offset of a journey where it is not that of the owner’s zone', async () => {
    await bringIn(healthDocument(workout('2026-05-30 09:00:00 -0700', '2026-05-30 09:10:00 -0700')));
    expect(await entriesOf(ana)).toMatchObject([{ time_zone: 'UTC', offset: -25_200 }]);
  });

  it('brings nothing new the second time, whatever its owner has done with it since', async () => {
    await bringIn(archive(EXPORT));
    const logs = await fetch(`${app.url}/v1/resources/logs`, { headers: ana.bearer });
    const { result } = (await logs.json()) as { result: { id: number; task: string }[] };
    const run = result.find(({ task }) => task === 'Running')!;
    await fetch(`${app.url}/v1/resources/logs?id=${run.id}`, { method: 'DELETE', headers: ana.bearer });
    const later = healthDocument(
      RUN,
      RUN,
      MINDFUL,
      OLD_YOGA,
      workout('2026-06-02 09:00:00 +0200', '2026-06-02 09:10:00 +0200'),
    );
    expect(await bringIn(archive(later))).toMatchObject({ new: 1, duplicates: 4 });
    const rows = await app.database.query('select 1 from time_entries where user_id = $1 and deleted_at is null', [
      ana.id,
    ]);
    expect(rows).toHaveLength(3);
  });

  it('names what cannot be read by its line, and brings in the rest', async () => {
    const bad = workout('2026-05-30 09:00:00 +0200', '2026-05-29 09:10:00 +0200');
    const found = await bringIn(healthDocument(bad, RUN));
    expect(found).toMatchObject({ state: 'done', new: 1, rejected_count: 1 });
    expect(found.rejected).toEqual([{ line: 12, reason: 'it ends before it starts' }]);
  });

  it('is found under a name in the language of the phone, and as a bare document', async () => {
    expect(await bringIn(archive(EXPORT, 'exportación_salud/exportación.xml'))).toMatchObject({ new: 3 });
    expect(await bringIn(EXPORT)).toMatchObject({ new: 0, duplicates: 3 });
  });

  it('keeps what was read before the document broke off, and says that it did', async () => {
    const found = await bringIn(EXPORT.slice(0, -40));
    expect(found).toMatchObject({ state: 'failed', error: expect.stringContaining('was cut off') });
    expect(found.new).toBeGreaterThan(0);
  });

  it('leaves no file behind, and lies meanwhile in a folder of the owner of the process alone', async () => {
    const { body } = await send(archive(EXPORT));
    expect(uploads()).toHaveLength(1);
    const folder = path.join(app.config.dataDir, 'imports');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(path.join(folder, uploads()[0]!)).mode & 0o777).toBe(0o600);
    await app.get(ImportWorker).readDue();
    expect(uploads()).toEqual([]);
    expect((await state(body.result.id)).state).toBe('done');
  });

  it('is nobody else’s', async () => {
    const { body } = await send(archive(EXPORT));
    await app.get(ImportWorker).readDue();
    const berta = await addPerson(app, `berta${people}`);
    const answer = await fetch(`${app.url}/v1/resources/imports?id=${body.result.id}`, { headers: berta.bearer });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([404, 'IMPORT.NOT_FOUND']);
  });

  it('is not pushed anywhere', async () => {
    const { status, body } = await send(EXPORT, { kind: 'apple_health', integration_id: '1' });
    expect([status, body.code]).toEqual([400, 'VALIDATION.FAILED']);
  });

  it('read twice at once brings each entry in once', async () => {
    const first = await send(archive(EXPORT));
    const second = await send(archive(EXPORT));
    await Promise.all([app.get(ImportWorker).readDue(), app.get(ImportWorker).readDue()]);
    const states = [await state(first.body.result.id), await state(second.body.result.id)];
    expect(states.map((one) => one.state)).toEqual(['done', 'done']);
    expect(states[0]!.new + states[1]!.new).toBe(3);
  });
});

describe('a process', () => {
  it('that starts after an upload has vanished says so to its owner', async () => {
    const { body } = await send(archive(EXPORT));
    const { rmSync } = await import('node:fs');
    for (const name of uploads()) rmSync(path.join(app.config.dataDir, 'imports', name));
    const { ImportsService } = await import('../../src/imports/imports.service.js');
    await app.get(ImportsService).sweep();
    expect(await state(body.result.id)).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('send it again'),
    });
  });
});
