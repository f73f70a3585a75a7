import { Api } from './api.js';
import { takeInTheRest } from './arrivals.js';
import { compare } from './compare.js';
import { coordinate } from './coordination.js';
import { showEnd } from './ending.js';
import { workEverywhere } from './everywhere.js';
import { playMorning } from './morning.js';
import { Paper } from './paper.js';
import { World } from './world.js';

const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const world = new World(timeZone);
let isInterrupted = false;

/** `npm run demo`: a day over the real application, four simulated services and a mailbox. Ends by itself. */
async function main(): Promise<void> {
  const paper = new Paper(timeZone);
  paper.title('Timesheet: a morning with a button, an API and four simulated services. No account is needed.');
  const began = performance.now();
  const { url, token } = await world.open();
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  paper.line(`The application, its own PostgreSQL and the four services are up after ${seconds} s.\n`);
  const { services, deliveries, mailbox } = world;
  const stage = { api: new Api(url, token), paper, services, url, deliveries, mailbox };
  await playMorning(stage);
  await workEverywhere(stage);
  await takeInTheRest(stage);
  const { logs, held } = await showEnd(stage);
  await coordinate(stage);
  const differences = compare(logs, held);
  for (const difference of differences) paper.line(`  ${difference}`);
  paper.line(`They agree to the second: ${differences.length === 0 ? 'yes' : 'no'}`);
  if (differences.length > 0) process.exitCode = 1;
}

function endOn(signal: 'SIGINT' | 'SIGTERM', code: number): void {
  process.once(signal, () => {
    isInterrupted = true;
    void world.close().finally(() => process.exit(code));
  });
}

endOn('SIGINT', 130);
endOn('SIGTERM', 143);
try {
  await main();
} catch (error) {
  if (!isInterrupted) console.error(`The demo could not go on: ${(error as Error).message}`);
  process.exitCode = 1;
}
if (!isInterrupted) await world.close();
