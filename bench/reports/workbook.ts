import path from 'node:path';
import type { Benchmark } from '../benchmark.js';
import { scriptBeside } from '../support/children.js';
import { compare, medianSpeed, takeTurns, type Contender } from '../support/rounds.js';
import { createPeople } from '../support/seed.js';
import type { World } from '../support/world.js';
import type { WorkbookFigures, WorkbookInput } from './workbook-contract.js';

const OURS = 'application';
const BARE = 'bare exceljs, fed from memory';
const MOST_MEGABYTES = 300;
const MOST_BLOCKED_MILLISECONDS = 50;
/** Each round writes the whole book twice. */
const ROUNDS = 3;

/** The workbook of 50,000 sessions, read from the ledger, beside the same cells from memory. */
export const workbook: Benchmark = {
  key: 'workbook',
  async run(world) {
    const sessions = world.isQuick ? 5000 : 50_000;
    const userId = await addSessions(world, sessions);
    const ours = writer(world, { name: OURS, script: 'write-workbook.js', userId, sessions });
    const bare = writer(world, { name: BARE, script: 'bare-workbook.js', userId, sessions });
    const turns = { rounds: world.isQuick ? 1 : ROUNDS, secondsPerTurn: 0 };
    const speeds = await takeTurns([ours, bare], turns);
    return {
      title: `Workbook of ${sessions.toLocaleString('en')} sessions`,
      speeds: [ours, bare].map((contender) => ({ name: contender.name, speed: medianSpeed(speeds.get(contender)!) })),
      comparisons: [
        // Turned around: the bar is about the time it takes.
        {
          ...compare(speeds.get(bare)!, { name: `the time of ${BARE}`, speeds: speeds.get(ours)! }),
          bar: { atMost: 1.3 },
        },
        share(`${MOST_MEGABYTES} MB at the most`, ours.figures, ({ peakMegabytes }) => peakMegabytes / MOST_MEGABYTES),
        share(
          `${MOST_BLOCKED_MILLISECONDS} ms in which nothing else is done`,
          ours.figures,
          ({ blockedMilliseconds }) => blockedMilliseconds / MOST_BLOCKED_MILLISECONDS,
        ),
        share(
          `${MOST_BLOCKED_MILLISECONDS} ms of CPU in which nothing else is done`,
          ours.figures,
          ({ blockedCpuMilliseconds }) => blockedCpuMilliseconds / MOST_BLOCKED_MILLISECONDS,
        ),
      ],
    };
  },
};

interface Writer extends Contender {
  figures: WorkbookFigures[];
}

/** The worst round counts. */
function share(reference: string, figures: readonly WorkbookFigures[], of: (figures: WorkbookFigures) => number) {
  const shares = figures.map(of);
  const range = [Math.min(...shares), Math.max(...shares)] as const;
  return { reference, ratio: range[1], range, bar: { atMost: 1 } };
}

function writer(
  world: World,
  { name, script, userId, sessions }: { name: string; script: string; userId: number; sessions: number },
): Writer {
  const figures: WorkbookFigures[] = [];
  const measure = async () => {
    const file = path.join(world.folder, `${script}.xlsx`);
    const written = await write(world, script, { databaseUrl: world.databaseUrl, userId, file });
    figures.push(written);
    return { perSecond: sessions / written.seconds };
  };
  return { name, measure, figures };
}

function write({ children }: World, script: string, input: WorkbookInput): Promise<WorkbookFigures> {
  const child = children.fork(scriptBeside(import.meta.url, script), { WORKBOOK_INPUT: JSON.stringify(input) });
  return new Promise((resolve, reject) => {
    child.once('message', (figures) => resolve(figures as WorkbookFigures));
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code}`)));
  });
}

/** Short ones and long ones, some over midnight, with texts as people write them. */
async function addSessions({ client }: World, count: number): Promise<number> {
  const [person] = await createPeople(client, 'reporter', 1);
  await client.query(INSERT_SESSIONS, [person!.userId, count]);
  await client.query('analyze time_entries');
  return person!.userId;
}

const INSERT_SESSIONS = `
  insert into time_entries (user_id, source, workspace_id, external_id, description, project_name, task_name, tags, started_at, ended_at,
    time_zone, offset_start_seconds, offset_end_seconds, valid_started_at, valid_ended_at, is_overtime, binnacle_sequence, binnacle_head,
    created_at, modified_at)
  select $1, 'clockify', 'w1', 'bench-' || n, 'Session ' || n || ': design, calls and a review of what was written', 'Project ' || n % 40,
    'Task ' || n % 7, array['tag' || n % 5], at, at + length, 'Europe/Madrid', 3600, 3600, at, at + length, length > interval '5 hours', 0, '',
    at, at
  from (select n, timestamptz '2024-01-01T08:00:00Z' + n * interval '11 minutes' as at, (n % 400) * interval '1 minute 7 seconds' as length
    from generate_series(1, $2::int) n) sessions`;
