import { Api } from './api.js';
import { compare } from './compare.js';
import { Paper } from './paper.js';
import { playMorning } from './morning.js';
import { showEnd } from './ending.js';
import { openWorld } from './world.js';

/** `npm run demo`: a morning with a button, over the real application and a simulated Toggl. Ends by itself. */
async function main(): Promise<void> {
  const paper = new Paper(Intl.DateTimeFormat().resolvedOptions().timeZone);
  paper.title('Timesheet: a morning with a button, an API and a simulated Toggl. No account is needed.');
  const began = performance.now();
  const world = await openWorld();
  process.once('SIGINT', () => void world.close().finally(() => process.exit(130)));
  process.once('SIGTERM', () => void world.close().finally(() => process.exit(143)));
  try {
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    paper.line(`The application, its own PostgreSQL and the simulated Toggl are up after ${seconds} s.\n`);
    const api = new Api(world.url, world.token);
    const stage = { api, paper, toggl: world.toggl, person: world.person };
    const projects = await playMorning(stage);
    const { logs, entries } = await showEnd(stage, projects);
    const differences = compare(logs, entries);
    for (const difference of differences) paper.line(`  ${difference}`);
    paper.line(`They agree to the second: ${differences.length === 0 ? 'yes' : 'no'}`);
    if (differences.length > 0) process.exitCode = 1;
  } finally {
    await world.close();
  }
}

try {
  await main();
} catch (error) {
  console.error(`The demo could not go on: ${(error as Error).message}`);
  process.exitCode = 1;
}
