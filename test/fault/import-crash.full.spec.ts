import { readdirSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import { FaultWorld } from '../support/fault-world.js';
import { healthDocument, workout } from '../support/health-export.js';
import { eventually } from '../support/oracle.js';
import { zip } from '../support/zip.js';

const COUNT = 1000;

const minute = (index: number, second = 0): string => {
  const time = new Date(Date.UTC(2026, 0, 1) + index * 3_600_000 + second * 1000);
  return `${time.toISOString().slice(0, 19).replace('T', ' ')} +0000`;
};

const BAD = workout(minute(5, 10), minute(5));
const DOCUMENT = healthDocument(
  BAD,
  ...Array.from({ length: COUNT }, (_value, index) => workout(minute(index), minute(index, 600))),
);

interface ImportBody {
  state: string;
  new: number;
  duplicates: number;
  rejected_count: number;
}

describe('an import when its process is killed', () => {
  let world: FaultWorld;
  let ana: ApiClient;

  beforeEach(async () => {
    world = await FaultWorld.create({ testControl: { leaseSeconds: 1, retryScale: 0.02 } });
  });

  afterEach(() => world.close());

  const folder = (): string => path.join(world.env().DATA_DIR!, 'imports');
  const uploads = (): string[] => readdirSync(folder()).filter((name) => name.endsWith('.upload'));

  async function send(): Promise<{ result?: { id: number } } | undefined> {
    const form = new FormData();
    form.set('kind', 'apple_health');
    form.set(
      'file',
      new Blob([new Uint8Array(zip([{ name: 'apple_health_export/export.xml', content: DOCUMENT }]))]),
      'e.zip',
    );
    const headers = { authorization: `Bearer ${ana.token}` };
    const sent = fetch(`${world.url}/v1/resources/imports`, { method: 'POST', headers, body: form });
    return sent.then((answer) => answer.json() as Promise<{ result: { id: number } }>).catch(() => undefined);
  }

  const die = () => eventually('it is dead', 20, () => world.apps.every((app) => !app.isRunning()));

  it('goes on where it stopped, counts nothing twice and leaves no file', async () => {
    await world.start({ failpoints: ['import.batch#3'] });
    ana = await world.addUser('ana');
    const { result } = (await send())!;
    await world.apps[0]!.stop('SIGKILL');
    await die();
    const doomed = await world.start({ withoutJobs: false, failpoints: ['import.batch#3'] }).catch(() => undefined);
    expect(doomed).toBeDefined();
    await die();
    expect(uploads()).toHaveLength(1);
    await world.start({ withoutJobs: false });
    const state = () => ana.expect<ImportBody>(200, 'GET', `/v1/resources/imports?id=${result!.id}`);
    await eventually('it is read', 30, async () => (await state()).state === 'done');
    expect(await state()).toMatchObject({ new: COUNT, duplicates: 0, rejected_count: 1 });
    expect(uploads()).toEqual([]);
  }, 300_000);

  it('in the middle of an upload leaves a file that the next start removes once it is nobody’s', async () => {
    await world.start({ failpoints: ['import.uploaded'] });
    ana = await world.addUser('ana');
    await send();
    await die();
    const [left] = uploads();
    expect(left).toBeDefined();
    const before = new Date(Date.now() - 120_000);
    utimesSync(path.join(folder(), left!), before, before);
    await world.start();
    expect(uploads()).toEqual([]);
  }, 300_000);
});
