import { expect } from 'vitest';
import type { FaultWorld } from './fault-world.js';

/**
 * What holds after every fault, once nothing is due any more: no wish lies with a dead worker, nothing exists twice at the
 * service, the binnacle is intact, no transaction was left open and no log line shows a secret.
 */
export async function expectSound(
  world: FaultWorld,
  { env = {} }: { env?: Record<string, string> } = {},
): Promise<void> {
  await nothingUnderWay(world);
  expect(await orphans(world), 'entries at the service that nobody here knows').toEqual([]);
  expect(await misplaced(world), 'entries linked to nothing, or twice').toEqual([]);
  const idle = `select count(*)::int from pg_stat_activity where datname = current_database()
    and state like 'idle in transaction%' and state_change < now() - interval '5 seconds'`;
  expect(await world.value<number>(idle), 'transactions left open').toBe(0);
  const verified = await world.cli(['verify-binnacle'], env).ended;
  expect(verified.code, verified.stdout + verified.stderr).toBe(0);
  expectNoSecrets(world, verified.stdout + verified.stderr);
}

/** Waits until no wish lies with a worker, living or dead. */
export function nothingUnderWay(world: FaultWorld): Promise<void> {
  const sending = `select count(*)::int from pushes where state = 'sending'`;
  return eventually('no wish lies with a worker', 20, async () => (await world.value<number>(sending)) === 0);
}

/** Neither in what the processes wrote nor in what the database keeps in clear. */
function expectNoSecrets(world: FaultWorld, more: string): void {
  const written = [...world.apps.map((app) => app.output()), more].join('\n');
  expect([...world.canaries].filter((secret) => written.includes(secret)).length, 'secrets in the logs').toBe(0);
}

/** What we made at the service and nobody here knows of: written twice, unless it is still being looked for. */
async function orphans(world: FaultWorld): Promise<string[]> {
  const rows = await world.query<{ id: string }>(
    `select external_id as id from time_entries where external_id is not null
     union select external_id from pushes where external_id is not null`,
  );
  const known = new Set(rows.map(({ id }) => id));
  const unknown = world.toggl.ledger.created.filter(({ id, deletedAt }) => deletedAt === null && !known.has(`${id}`));
  const lookedFor = await world.value<number>('select count(*)::int from pushes where needs_look_up');
  return unknown.length <= lookedFor ? [] : unknown.map(({ id, description }) => `${id} ${description}`);
}

const twice = (names: readonly string[]): string[] => names.filter((name, index) => names.indexOf(name) !== index);

/** Linked entries whose counterpart is missing, gone or another one. */
async function misplaced(world: FaultWorld): Promise<string[]> {
  const linked = await world.query<{ external_id: string; description: string }>(
    `select external_id, description from time_entries
     where external_id is not null and deleted_at is null and source = 'toggl'`,
  );
  const wrong = linked.filter(({ external_id: id, description }) => {
    const remote = world.toggl.entry(id);
    return remote === undefined || remote.deletedAt !== null || (remote.description ?? '') !== description;
  });
  return [...wrong.map((row) => row.external_id), ...twice(linked.map((row) => row.external_id))];
}

/** Polls until the condition holds. */
export async function eventually(
  what: string,
  seconds: number,
  condition: () => Promise<boolean> | boolean,
): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Not within ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
