import { expect } from 'vitest';
import type { FaultWorld } from './fault-world.js';

/** A delivery of which a sender was told that it is kept. */
export interface Acknowledged {
  delivery: number;
  event: string;
  externalId: string;
}

/**
 * What holds after every fault, once nothing is due any more: no wish lies with a dead worker, no delivery was lost or told
 * twice, nothing exists twice here or at the service, the binnacle is intact, no transaction was left open and no log line
 * shows a secret.
 */
export async function expectSound(
  world: FaultWorld,
  { env = {}, acked = [] }: { env?: Record<string, string>; acked?: readonly Acknowledged[] } = {},
): Promise<void> {
  await nothingUnderWay(world);
  expect(await lost(world, acked), 'deliveries that were acknowledged and are not kept').toEqual([]);
  for (const [what, statement] of Object.entries(NEVER)) expect(await world.query(statement), what).toEqual([]);
  expect(await orphans(world), 'entries at the service that nobody here knows').toEqual([]);
  expect(await misplaced(world), 'entries linked to nothing, or twice').toEqual([]);
  const idle = `select count(*)::int from pg_stat_activity where datname = current_database()
    and state like 'idle in transaction%' and state_change < now() - interval '5 seconds'`;
  expect(await world.value<number>(idle), 'transactions left open').toBe(0);
  const verified = await world.verifyBinnacle(env);
  expect(verified.isIntact, verified.report).toBe(true);
  expectNoSecrets(world, verified.report);
}

/** What no row may ever be, whatever has happened. */
const NEVER = {
  'sessions of one id of a service': `
    select source, workspace_id, external_id from time_entries
    where external_id is not null group by 1, 2, 3 having count(*) > 1`,
  'deliveries that changed something without a line of history, or have one too many': `
    select d.id, d.event, d.state, d.result, count(b.entry_id)::int as lines
    from deliveries d left join sessions_binnacle b on b.origin_kind = 'delivery' and b.origin_id = d.id::text
    group by d.id
    having count(b.entry_id) <> case when d.result ->> 'outcome' in ('created', 'changed') then 1 else 0 end`,
  'history of deliveries that are not there': `
    select origin_id from sessions_binnacle b
    where origin_kind = 'delivery' and not exists (select from deliveries d where d.id::text = b.origin_id)`,
  'deliveries that were worked off without a place in the order': `
    select id from deliveries where (state in ('done', 'duplicate') and result is not null) <> (applied_order is not null)
      and state <> 'conflict'`,
  'mails that are there twice': `
    select message_id from mail_outbox group by message_id having count(*) > 1
    union all select effect_key from mail_outbox group by effect_key having count(*) > 1`,
};

/** Waits until no wish lies with a worker, living or dead, and nobody holds what its lease does not cover any more. */
export async function nothingUnderWay(world: FaultWorld): Promise<void> {
  const sending = `select count(*)::int from pushes where state = 'sending'`;
  await eventually('no wish lies with a worker', 20, async () => (await world.value<number>(sending)) === 0);
  const expired = `select
    (select count(*)::int from deliveries where state = 'processing' and lease_until < now()) +
    (select count(*)::int from mail_outbox where state = 'sending' and lease_until < now())`;
  await eventually('nothing lies with a dead worker', 20, async () => (await world.value<number>(expired)) === 0);
}

async function lost(world: FaultWorld, acked: readonly Acknowledged[]): Promise<object[]> {
  return world.query(
    `select a.* from unnest($1::bigint[], $2::text[], $3::text[]) as a (delivery, event, external_id)
     where not exists (
       select from deliveries d where d.id = a.delivery and d.event = a.event and d.external_id = a.external_id)`,
    [acked.map(({ delivery }) => delivery), acked.map(({ event }) => event), acked.map(({ externalId }) => externalId)],
  );
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

/** How much longer than on a quiet machine something may take on a busy one. */
const PATIENCE = 4;

/** Polls until the condition holds; the seconds are those of a quiet machine, and no promise. */
export const eventually = (what: string, seconds: number, condition: () => Promise<boolean> | boolean): Promise<void> =>
  within(what, seconds * PATIENCE, condition);

/** Where the seconds are the promise. */
export async function within(
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
