import path from 'node:path';
import { scriptBeside, type Served } from '../support/children.js';
import { cpuSeconds } from '../support/cpu-time.js';
import { httpRequest } from '../support/load-job.js';
import type { Speed } from '../support/results.js';
import type { Contender } from '../support/rounds.js';
import { logIdsOf } from '../support/seed.js';
import type { World } from '../support/world.js';
import type { BareInput } from './bare-contract.js';
import { applicationStatements, WRITE_TEMPLATE } from './statements.js';

export const APPLICATION = 'application';
export const BARE = 'bare node:http';
export const PGBENCH = 'pgbench, 10 connections';
export const LOGS = '/v1/resources/logs';

/** As many callers at once; each is a person of its own. */
export const CONNECTIONS = 32;

const started = new WeakMap<World, Promise<Served>>();

/** The bare server, which is started for the first benchmark that wants it. */
export function bareServer(world: World): Promise<Served> {
  const server = started.get(world) ?? startBareServer(world);
  started.set(world, server);
  return server;
}

async function startBareServer({ children, databaseUrl, folder }: World): Promise<Served> {
  const input: BareInput = { statements: await applicationStatements(), template: WRITE_TEMPLATE };
  return children.serve({
    script: scriptBeside(import.meta.url, 'bare-server.js'),
    logFile: path.join(folder, 'bare.log'),
    env: { DATABASE_URL: databaseUrl, BARE_INPUT: JSON.stringify(input) },
  });
}

/** A server under the load of `requests`. */
export function served(world: World, name: string, { port, pid }: Served, requests: string[][]): Contender {
  const measure = async (seconds: number): Promise<Speed> => {
    const [began, before] = [performance.now(), cpuSeconds(pid)];
    const speed = await world.load.run({ port, requests, milliseconds: seconds * 1000 });
    const computed = cpuSeconds(pid) - before;
    // On a busy machine the last answers come later than they were asked to.
    const elapsed = (performance.now() - began) / 1000;
    return { ...speed, cpuMicroseconds: (computed / (speed.perSecond * elapsed)) * 1e6 };
  };
  return { name, measure };
}

/** Requests for single logs, spread evenly over all of them. */
export function requestsByReader(world: World, pathsOf: (reader: number) => string[]): string[][] {
  return Array.from({ length: CONNECTIONS }, (_, connection) => {
    const reader = connection % world.seed.readers.length;
    const { token } = world.seed.readers[reader]!;
    return pathsOf(reader).map((path) => httpRequest('GET', path, { token }));
  });
}

/** Every n-th of a reader's logs, in an order that jumps about. */
export function spreadLogIds(world: World, reader: number, count: number): number[] {
  const own = logIdsOf(world.seed, reader);
  return Array.from({ length: count }, (_, index) => own[(index * 7919 + reader) % own.length]!);
}

/** @throws Error when the two servers do not answer alike: then they cannot be compared */
export async function demandSameAnswer(world: World, path: string): Promise<void> {
  const { token } = world.seed.readers[0]!;
  const [ours, theirs] = await Promise.all(
    [world.app, await bareServer(world)].map(async ({ port }) =>
      (await fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization: `Bearer ${token}` } })).text(),
    ),
  );
  if (ours !== theirs) throw new Error(`the application and the bare server differ on ${path}:\n${ours}\n${theirs}`);
}
