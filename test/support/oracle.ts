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
  const stuck = `select count(*)::int from pushes where state = 'sending' and lease_until < now() - interval '3 seconds'`;
  expect(await world.value<number>(stuck), 'wishes past their lease').toBe(0);
  expect(twice(livingAtToggl(world)), 'entries that are twice at the service').toEqual([]);
  expect(await misplaced(world), 'entries linked to nothing, or twice').toEqual([]);
  const idle = `select count(*)::int from pg_stat_activity where datname = current_database()
    and state like 'idle in transaction%' and state_change < now() - interval '5 seconds'`;
  expect(await world.value<number>(idle), 'transactions left open').toBe(0);
  const verified = await world.cli(['verify-binnacle'], env).ended;
  expect(verified.code, verified.stdout + verified.stderr).toBe(0);
  expectNoSecrets(world, verified.stdout + verified.stderr);
}

/** Neither in what the processes wrote nor in what the database keeps in clear. */
function expectNoSecrets(world: FaultWorld, more: string): void {
  const written = [...world.apps.map((app) => app.output()), more].join('\n');
  expect([...world.canaries].filter((secret) => written.includes(secret)).length, 'secrets in the logs').toBe(0);
}

/** What stands at the service, as `workspace text`: the tests give every log a text of its own. */
function livingAtToggl({ toggl }: FaultWorld): string[] {
  return [...toggl.model.entries.values()]
    .filter((entry) => entry.deletedAt === null)
    .map((entry) => `${entry.workspaceId} ${entry.description} ${entry.start}`);
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
