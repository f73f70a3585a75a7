import { NestFactory } from '@nestjs/core';
import { randomBytes } from 'node:crypto';
import { AppModule } from '../../src/app.module.js';
import { readConfig } from '../../src/config/env.js';
import { resolveSecrets } from '../../src/config/secrets.js';
import { median } from '../support/figures.js';
import type { Shape } from './fill.js';
import type { Execution, PlanLog } from './plans.js';
import { EDIT_TOKEN, probesOf } from './probes.js';

/** Once to warm up, then so often; the middle counts. */
const TIMES = 30;
/** So often with the plans, which only have to be seen. */
const EXPLAINED = 5;

export interface Measurement {
  key: string;
  name: string;
  /** From the call to the answer, in this process, of the middle one. */
  milliseconds: number;
  /** Of the middle one of those explained. */
  pages: number;
  statements: Execution[];
}

export interface Place {
  url: string;
  folder: string;
  log: PlanLog;
  /** Has the server write plans down from now on. */
  explain(): Promise<void>;
}

/** Everything the application is asked, first by the clock, then with the server's own account of it. */
export async function measure(place: Place, shape: Shape): Promise<Measurement[]> {
  const times = await withApplication(place, shape, async (probes) => {
    const runs = probes.map(() => [] as number[]);
    for (let turn = 0; turn <= TIMES; turn += 1) {
      for (const [index, probe] of probes.entries()) {
        const began = performance.now();
        await probe.run();
        if (turn > 0) runs[index]!.push(performance.now() - began);
      }
    }
    return runs.map(median);
  });
  await place.explain();
  return withApplication(place, shape, async (probes) => {
    const measured: Measurement[] = [];
    const executions = probes.map(() => [] as Execution[][]);
    for (let turn = 0; turn <= EXPLAINED; turn += 1) {
      for (const [index, probe] of probes.entries()) {
        place.log.read();
        await probe.run();
        if (turn > 0) executions[index]!.push(place.log.read());
      }
    }
    for (const [index, { key, name }] of probes.entries()) {
      const byPages = executions[index]!.toSorted((a, b) => pagesOf(a) - pagesOf(b));
      const middle = byPages[Math.floor(byPages.length / 2)]!;
      measured.push({ key, name, milliseconds: times[index]!, pages: pagesOf(middle), statements: middle });
    }
    return measured;
  });
}

const pagesOf = (executions: readonly Execution[]): number => executions.reduce((sum, { pages }) => sum + pages, 0);

/** The application without a server and without anything that works by itself. */
async function withApplication<T>(
  { url, folder }: Place,
  shape: Shape,
  work: (probes: ReturnType<typeof probesOf>) => Promise<T>,
): Promise<T> {
  const config = readConfig({
    NODE_ENV: 'test',
    ROLE: 'api',
    LOG_LEVEL: 'silent',
    DATA_DIR: folder,
    DATABASE_URL: url,
    ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    CLOCKIFY_SECRET_TOKEN_EDIT: EDIT_TOKEN,
  });
  const runtime = { config, secrets: resolveSecrets(config), databaseUrl: url };
  const app = await NestFactory.createApplicationContext(AppModule.forRuntime(runtime), { logger: ['error'] });
  try {
    return await work(probesOf(app, shape));
  } finally {
    await app.close();
  }
}
