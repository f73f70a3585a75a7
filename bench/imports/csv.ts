import { setTimeout as sleep } from 'node:timers/promises';
import type { Benchmark } from '../benchmark.js';
import { startApplication } from '../support/application.js';
import type { Served } from '../support/children.js';
import { backendCpuSeconds, cpuSeconds } from '../support/cpu-time.js';
import { peakMegabytes } from '../support/memory.js';
import { createPeople, type Person } from '../support/seed.js';

const SECONDS = 20;
const MINUTE = 60_000;

/** A whole report of Toggl goes up by HTTP and into the ledger, row by row in its history. */
export const csv: Benchmark = {
  key: 'import-csv',
  async run({ children, databaseUrl, folder, client, isQuick }) {
    const rows = isQuick ? 2000 : 100_000;
    const app = await startApplication(children, { databaseUrl, folder, name: 'imports' });
    const [person] = await createPeople(client, 'importer', 1);
    const before = { app: cpuSeconds(app.pid), database: await backendCpuSeconds(client) };
    const began = performance.now();
    const { peak } = await peakMegabytes(app.pid, () => bringIn(app, person!, reportOf(rows), rows));
    const seconds = (performance.now() - began) / 1000;
    const application = cpuSeconds(app.pid) - before.app;
    const computed = application + (await backendCpuSeconds(client)) - before.database;
    const most = (SECONDS * rows) / 100_000;
    return {
      title: `CSV of ${rows.toLocaleString('en')} rows`,
      speeds: [
        {
          name: `rows, peak memory ${Math.round(peak)} MB`,
          speed: { perSecond: rows / seconds, cpuMicroseconds: (application / rows) * 1e6 },
        },
      ],
      comparisons: [
        { reference: `${most} s`, ratio: seconds / most, bar: { atMost: 1 } },
        {
          reference: `${most} s of CPU, application and database together`,
          ratio: computed / most,
          bar: { atMost: 1 },
        },
      ],
    };
  },
};

const HEADER =
  'User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags';

function reportOf(rows: number): string {
  const first = Date.parse('2024-01-01T00:00:00Z');
  const lines = Array.from({ length: rows }, (_, index) => {
    const [start, end] = [first + index * 10 * MINUTE, first + (index * 10 + 9) * MINUTE].map((time) =>
      new Date(time).toISOString(),
    );
    const moments = [start!, end!].map((text) => `${text.slice(0, 10)},${text.slice(11, 19)}`).join(',');
    return `Ana,ana@example.com,Acme,Project ${index % 40},,"Ticket ${index}: answer, and call back",No,${moments},00:09:00,"support, deep"`;
  });
  return [HEADER, ...lines, ''].join('\n');
}

interface Import {
  id: number;
  state: string;
  new: number;
  error: string | null;
}

async function bringIn({ port }: Served, { token }: Person, text: string, rows: number): Promise<void> {
  const url = `http://127.0.0.1:${port}/v1/resources/imports`;
  const headers = { authorization: `Bearer ${token}` };
  const form = new FormData();
  form.set('kind', 'toggl_csv');
  form.set('file', new Blob([text]), 'report.csv');
  let found = await resultOf(await fetch(url, { method: 'POST', headers, body: form }));
  while (found.state === 'queued' || found.state === 'running') {
    await sleep(50);
    found = await resultOf(await fetch(`${url}?id=${found.id}`, { headers }));
  }
  if (found.state !== 'done' || found.new !== rows) throw new Error(`the import answered ${JSON.stringify(found)}`);
}

async function resultOf(answer: Response): Promise<Import> {
  if (!answer.ok) throw new Error(`the import answered ${answer.status}: ${await answer.text()}`);
  return ((await answer.json()) as { result: Import }).result;
}
