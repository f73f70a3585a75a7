import type { Benchmark } from '../benchmark.js';
import { APPLICATION, BARE, bareServer, CONNECTIONS, served } from '../logs/contenders.js';
import { writersWithRegisters } from '../logs/post-log.js';
import { Load } from '../support/load.js';
import { compare, medianSpeed, takeTurns, type Contender } from '../support/rounds.js';
import { createPeople } from '../support/seed.js';
import type { World } from '../support/world.js';
import { ENTRY_ID } from '../webhooks/clockify-delivery.js';
import { startDeliveries, untilWorkedOff, type Deliveries } from '../webhooks/deliveries.js';
import { mixedRequests } from './mixed-requests.js';

const BUSY = 'application, with deliveries and reports';
const PAUSE_MILLISECONDS = 200;

/** Logs read, listed and written; by themselves, and while a process that does everything takes deliveries and makes reports. */
export const mix: Benchmark = {
  key: 'mix',
  async run(world) {
    const app = await startDeliveries(world);
    const requests = mixedRequests(world, await createPeople(world.client, 'mixed', CONNECTIONS));
    const bareRequests = mixedRequests(world, await writersWithRegisters(world, 'bare-mixed'));
    const application = served(world, APPLICATION, app, requests);
    const busy = underLoad(world, app, served(world, BUSY, app, requests));
    const bare = served(world, BARE, await bareServer(world), bareRequests);
    const contenders = [application, busy, bare];
    const speeds = await takeTurns(contenders, world.turns);
    await untilWorkedOff(world.client);
    const of = (contender: Contender) => speeds.get(contender)!;
    return {
      title: 'mix: 6 logs read, 2 pages, 2 written',
      speeds: contenders.map((contender) => ({ name: contender.name, speed: medianSpeed(of(contender)) })),
      comparisons: [
        compare(of(application), { name: BARE, speeds: of(bare) }),
        compare(of(busy), { name: `${BARE} with nothing else to do`, speeds: of(bare) }),
        compare(of(busy), { name: 'the application with nothing else to do', speeds: of(application) }),
      ],
    };
  },
};

/** All the while deliveries come in from every sender, and one person after the other asks for a workbook. */
function underLoad(world: World, app: Deliveries, contender: Contender): Contender {
  const load = new Load(world.children);
  const measure = async (seconds: number) => {
    const over = new AbortController();
    const job = { port: app.port, requests: app.requests, numbered: ENTRY_ID, pauseMilliseconds: PAUSE_MILLISECONDS };
    const background = [
      load.run({ ...job, milliseconds: seconds * 1000 }),
      askForReports(world, app.port, over.signal),
    ];
    const speed = await contender.measure(seconds);
    over.abort();
    await Promise.all(background);
    return speed;
  };
  return { name: BUSY, measure };
}

async function askForReports({ seed }: World, port: number, stop: AbortSignal): Promise<void> {
  for (let turn = 0; !stop.aborted; turn++) {
    const { token } = seed.readers[turn % seed.readers.length]!;
    const url = `http://127.0.0.1:${port}/v1/resources/reports?from=2025-11-01T00:00:00Z&to=2026-01-01T00:00:00Z&format=xlsx`;
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    if (!answer.ok) throw new Error(`the report answered ${answer.status}: ${await answer.text()}`);
    await answer.arrayBuffer();
  }
}
