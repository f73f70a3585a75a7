import type { Benchmark } from '../benchmark.js';
import { sha256 } from '../../src/common/hashing.js';
import { httpRequest } from '../support/load-job.js';
import { HOW_TO_GET_PGBENCH } from '../support/pgbench.js';
import { compare, medianSpeed, takeTurns, type Contender } from '../support/rounds.js';
import { createPeople, type Person } from '../support/seed.js';
import { withExpressions } from '../support/statements.js';
import type { World } from '../support/world.js';
import { APPLICATION, BARE, bareServer, CONNECTIONS, LOGS, PGBENCH, served } from './contenders.js';
import { applicationStatements, LOG_BODY, WRITE_TEMPLATE } from './statements.js';

/** A new log: entry, sealed history and register in one transaction, on disk before the answer. */
export const postLog: Benchmark = {
  key: 'post-log',
  async run(world) {
    // People of their own for each: the references leave hashes of zeros, which the application would rightly not trust.
    const application = served(world, APPLICATION, world.app, requestsOf(await writers(world, 'writer')));
    const bareWriters = await writersWithRegisters(world, 'bare-writer');
    const bare = served(world, BARE, await bareServer(world), requestsOf(bareWriters));
    const pgbench = await pgbenchOf(world);
    const contenders = [application, bare, ...(pgbench === null ? [] : [pgbench])];
    const speeds = await takeTurns(contenders, world.turns);
    const ours = speeds.get(application)!;
    return {
      title: 'POST log',
      speeds: contenders.map((contender) => ({
        name: contender.name,
        speed: medianSpeed(speeds.get(contender)!),
      })),
      comparisons: [
        compare(ours, { name: BARE, speeds: speeds.get(bare)! }),
        pgbench === null
          ? { reference: PGBENCH, ratio: null, missing: HOW_TO_GET_PGBENCH }
          : compare(ours, { name: PGBENCH, speeds: speeds.get(pgbench)! }),
      ],
    };
  },
};

const requestsOf = (people: Person[]): string[][] =>
  people.map(({ token }) => [httpRequest('POST', LOGS, { token, body: LOG_BODY })]);

const writers = ({ client }: World, name: string): Promise<Person[]> => createPeople(client, name, CONNECTIONS);

export async function writersWithRegisters(world: World, name: string): Promise<Person[]> {
  const people = await writers(world, name);
  await world.client.query(
    `insert into ledger_registers (user_id, entry_count, last_entry_id, key_id, mac)
     select unnest($1::bigint[]), 0, 0, 'none', decode(repeat('00', 32), 'hex')`,
    [people.map(({ userId }) => userId)],
  );
  return people;
}

/** The application's statements in one transaction, each client a person of its own. */
async function pgbenchOf(world: World): Promise<Contender | null> {
  const { pgbench } = world;
  if (pgbench === null) return null;
  const people = await writersWithRegisters(world, 'pgbench-writer');
  const variables = {
    hash: `\\x${sha256(people[0]!.token).toString('hex')}`,
    first_user: people[0]!.userId,
    zeros: `\\x${'00'.repeat(32)}`,
    row: JSON.stringify(WRITE_TEMPLATE.row),
    snapshot: JSON.stringify(WRITE_TEMPLATE.snapshot),
    diff: JSON.stringify(WRITE_TEMPLATE.diff),
  };
  const script = await pgbenchScript();
  return { name: PGBENCH, measure: (seconds) => pgbench.measure(script, variables, seconds) };
}

const ROW = `jsonb_build_array(:row::jsonb || jsonb_build_object('id', :id::bigint, 'user_id', :user::bigint,
  'register_number', :number::int, 'register_user_id', :user::bigint, 'register_previous_id', :last_entry_id::bigint))`;

const BINNACLE_ROW = [
  'array[:id::bigint]',
  'array[1]',
  `array['created']`,
  `array['user']`,
  'array[:user::text]',
  'array[null]',
  `array['request']`,
  `array['pgbench']`,
  'array[:snapshot::text]',
  'array[:diff::text]',
  'array[now()]',
  `array['none']`,
  'array[:zeros::bytea]',
  'array[:zeros::bytea]',
];

async function pgbenchScript(): Promise<string> {
  const statements = await applicationStatements();
  return [
    `${withExpressions(statements.findToken, [':hash'])};`,
    String.raw`\set user :first_user + :client_id`,
    'begin;',
    String.raw`${withExpressions(statements.nextIds, ['1'])} \gset`,
    String.raw`${withExpressions(statements.lockRegisters, ['array[:user::bigint]'])} \gset`,
    String.raw`\set number :entry_count + 1`,
    `${withExpressions(statements.writeRegisters, [
      'array[:user::bigint]',
      'array[:number::int]',
      'array[:id::bigint]',
      `array['none']`,
      'array[:zeros::bytea]',
    ])};`,
    `${withExpressions(statements.writeEntries, [ROW.replace(/\s+/g, ' ')])};`,
    `${withExpressions(statements.insertBinnacle, BINNACLE_ROW)};`,
    'commit;',
  ].join('\n');
}
