import type { Client } from 'pg';
import type { Benchmark } from '../benchmark.js';
import { APPLICATION, served } from '../logs/contenders.js';
import { httpRequest } from '../support/load-job.js';
import { medianSpeed, takeTurns } from '../support/rounds.js';
import { createPeople, type Person } from '../support/seed.js';

const ENTRIES = 2000;
const MILLISECONDS = 50;

/** A full month with its days and what in it needs a look. One person asks, and waits. */
export const month: Benchmark = {
  key: 'timeline',
  async run(world) {
    const [person] = await createPeople(world.client, 'planner', 1);
    await addMonth(world.client, person!);
    const path = '/v1/resources/timeline?from=2026-03-01T00:00:00Z&to=2026-04-01T00:00:00Z&time_zone=Europe/Madrid';
    await demandAll(world.app.port, path, person!);
    const application = served(world, APPLICATION, world.app, [[httpRequest('GET', path, { token: person!.token })]]);
    const speed = medianSpeed((await takeTurns([application], world.turns)).get(application)!);
    return {
      title: `timeline of a month with ${ENTRIES.toLocaleString('en')} entries`,
      speeds: [{ name: APPLICATION, speed }],
      comparisons: [
        { reference: `${MILLISECONDS} ms`, ratio: speed.p50Milliseconds! / MILLISECONDS, bar: { atMost: 1 } },
        {
          reference: `${MILLISECONDS} ms of CPU of the application`,
          ratio: speed.cpuMicroseconds! / 1000 / MILLISECONDS,
          bar: { atMost: 1 },
        },
      ],
    };
  },
};

/** One after the other with gaps, one in ten over its neighbour. */
async function addMonth(client: Client, { userId }: Person): Promise<void> {
  await client.query(INSERT, [userId, ENTRIES]);
  await client.query('analyze time_entries');
}

const INSERT = `
  insert into time_entries (user_id, source, description, project_name, tags, started_at, ended_at, time_zone,
    offset_start_seconds, offset_end_seconds, valid_started_at, valid_ended_at, binnacle_sequence, binnacle_head,
    created_at, modified_at)
  select $1, 'local', 'Ticket ' || n || ': answer the customer', 'Project ' || n % 12, array['support'], began,
    began + length, 'Europe/Madrid', 3600, 3600, began, began + length, 0, '', began, began
  from generate_series(0, $2::int - 1) n,
    lateral (select timestamptz '2026-03-01' + n * interval '22 minutes' as began,
      case when n % 10 = 0 then interval '25 minutes' else interval '15 minutes' end as length) at`;

async function demandAll(port: number, path: string, { token }: Person): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization: `Bearer ${token}` } });
  const { result } = (await answer.json()) as { result: { entries: unknown[] } };
  if (result.entries.length !== ENTRIES) throw new Error(`the timeline holds ${result.entries.length} entries`);
}
