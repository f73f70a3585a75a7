import { setTimeout as sleep } from 'node:timers/promises';
import type { Benchmark } from '../benchmark.js';
import { APPLICATION, PGBENCH } from '../logs/contenders.js';
import { cpuSeconds } from '../support/cpu-time.js';
import { percentile } from '../support/figures.js';
import { HOW_TO_GET_PGBENCH } from '../support/pgbench.js';
import type { Speed } from '../support/results.js';
import { compare, medianSpeed, takeTurns, type Contender } from '../support/rounds.js';
import type { World } from '../support/world.js';
import { ENTRY_ID } from './clockify-delivery.js';
import { oldestMilliseconds, startDeliveries, untilWorkedOff, type Deliveries } from './deliveries.js';
import { processScript } from './process-script.js';
import { processVariables } from './process-variables.js';

const BAR = { atLeast: 0.35 };
/** Of a sender, where it is asked how long deliveries wait. */
const PAUSE_MILLISECONDS = 100;
const SAMPLE_MILLISECONDS = 5;

/**
 * Whole deliveries: taken, told to the ledger, sealed into the history, told by mail. New ones come in all the while, and the
 * clock runs until the inbox is empty.
 */
export const processing: Benchmark = {
  key: 'process',
  async run(world) {
    const deliveries = await startDeliveries(world);
    const application = workingOff(world, deliveries);
    const pgbench = await pgbenchOf(world);
    const contenders = [application, ...(pgbench === null ? [] : [pgbench])];
    const speeds = await takeTurns(contenders, world.turns);
    const lag = await lagOf(world, deliveries);
    return {
      title: 'deliveries taken and worked off',
      speeds: [
        ...contenders.map((contender) => ({ name: contender.name, speed: medianSpeed(speeds.get(contender)!) })),
        { name: 'and how long they wait, with fewer', speed: lag },
      ],
      comparisons: [
        pgbench === null
          ? { reference: PGBENCH, ratio: null, bar: BAR, missing: HOW_TO_GET_PGBENCH }
          : compare(speeds.get(application)!, { name: PGBENCH, speeds: speeds.get(pgbench)!, bar: BAR }),
      ],
    };
  },
};

function workingOff({ load, client }: World, { port, pid, requests }: Deliveries): Contender {
  const measure = async (seconds: number): Promise<Speed> => {
    const [began, before] = [performance.now(), cpuSeconds(pid)];
    const { perSecond } = await load.run({ port, requests, numbered: ENTRY_ID, milliseconds: seconds * 1000 });
    const taken = (perSecond * (performance.now() - began)) / 1000;
    await untilWorkedOff(client);
    const elapsed = (performance.now() - began) / 1000;
    return { perSecond: taken / elapsed, cpuMicroseconds: ((cpuSeconds(pid) - before) / taken) * 1e6 };
  };
  return { name: APPLICATION, measure };
}

async function pgbenchOf(world: World): Promise<Contender | null> {
  const { pgbench, client } = world;
  if (pgbench === null) return null;
  const [script, variables] = [await processScript(), await processVariables(client)];
  return { name: PGBENCH, measure: (seconds) => pgbench.measure(script, variables, seconds) };
}

/** The age of the oldest delivery that is not worked off, looked at often, while a few hundred come in each second. */
async function lagOf({ load, client, turns }: World, { port, requests }: Deliveries): Promise<Speed> {
  const milliseconds = turns.rounds * turns.secondsPerTurn * 1000;
  const job = { port, requests, numbered: ENTRY_ID, milliseconds, pauseMilliseconds: PAUSE_MILLISECONDS };
  const over = new AbortController();
  const loaded = load.run(job).finally(() => over.abort());
  const ages: number[] = [];
  while (!over.signal.aborted) {
    ages.push((await oldestMilliseconds(client)) ?? 0);
    await sleep(SAMPLE_MILLISECONDS);
  }
  const { perSecond } = await loaded;
  await untilWorkedOff(client);
  const sorted = Float64Array.from(ages).sort();
  return { perSecond, p50Milliseconds: percentile(sorted, 0.5), p99Milliseconds: percentile(sorted, 0.99) };
}
