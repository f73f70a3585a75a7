import { rmSync } from 'node:fs';
import path from 'node:path';
import type { Benchmark } from '../benchmark.js';
import { scriptBeside } from '../support/children.js';
import { median } from '../support/figures.js';
import type { World } from '../support/world.js';
import { writeHealthArchive, type HealthArchive } from './health-archive.js';
import type { HealthFigures } from './health-contract.js';

const MEGABYTES_PER_SECOND = 150;
const MOST_MEGABYTES = 200;
const ROUNDS = 3;

/** The export of a phone that was worn for years: five million records, and of them a few thousand that matter. */
export const health: Benchmark = {
  key: 'import-health',
  async run(world) {
    const many = world.isQuick ? 200_000 : 5_000_000;
    const small = await measure(world, many / 10, 1);
    const large = await measure(world, many, world.isQuick ? 1 : ROUNDS);
    const rates = large.figures.map(({ seconds }) => large.archive.megabytes / seconds);
    const cpuRates = large.figures.map(({ cpuSeconds }) => large.archive.megabytes / cpuSeconds);
    const peak = Math.max(...large.figures.map(({ peakMegabytes }) => peakMegabytes));
    const shareOf = (all: number[]) => ({
      ratio: median(all) / MEGABYTES_PER_SECOND,
      range: [Math.min(...all) / MEGABYTES_PER_SECOND, Math.max(...all) / MEGABYTES_PER_SECOND] as const,
      bar: { atLeast: 1 },
    });
    return {
      title: `Apple Health, ${many.toLocaleString('en')} records`,
      speeds: [
        {
          name: `MB of ${Math.round(large.archive.megabytes).toLocaleString('en')} MB of XML from the archive`,
          speed: { perSecond: median(rates), cpuMicroseconds: 1e6 / median(cpuRates) },
        },
      ],
      comparisons: [
        { reference: `${MEGABYTES_PER_SECOND} MB per second`, ...shareOf(rates) },
        { reference: `${MEGABYTES_PER_SECOND} MB per second of CPU, all threads together`, ...shareOf(cpuRates) },
        { reference: `${MOST_MEGABYTES} MB at the most`, ratio: peak / MOST_MEGABYTES, bar: { atMost: 1 } },
        {
          reference: `peak memory of a tenth of it (${Math.round(small.figures[0]!.peakMegabytes)} MB)`,
          ratio: peak / small.figures[0]!.peakMegabytes,
          bar: { atMost: 1.25 },
        },
      ],
    };
  },
};

async function measure(world: World, records: number, rounds: number) {
  const archive = writeHealthArchive(path.join(world.folder, 'export.zip'), records);
  const figures: HealthFigures[] = [];
  for (let round = 0; round < rounds; round++) figures.push(await read(world, archive));
  rmSync(archive.file);
  return { archive, figures };
}

async function read({ children }: World, { file, activities }: HealthArchive): Promise<HealthFigures> {
  const child = children.fork(scriptBeside(import.meta.url, 'read-health.js'), { HEALTH_FILE: file });
  const figures = await new Promise<HealthFigures>((resolve, reject) => {
    child.once('message', (message) => resolve(message as HealthFigures));
    child.once('exit', (code) => reject(new Error(`reading the export ended with ${code}`)));
  });
  if (figures.activities !== activities) throw new Error(`${figures.activities} activities, not ${activities}`);
  return figures;
}
