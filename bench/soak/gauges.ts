import type { Client } from 'pg';
import { residentMegabytes } from '../support/memory.js';
import { median } from '../support/figures.js';
import type { LiveHeap } from './live-heap.js';

const OPEN = `select
  (select count(*) from deliveries where state in ('pending', 'processing'))::int as deliveries,
  (select count(*) from pushes where state in ('pending', 'sending', 'unknown'))::int as pushes,
  (select count(*) from mail_outbox where state in ('pending', 'sending'))::int as mails`;

export type Depths = Record<'deliveries' | 'pushes' | 'mails', number>;

/** What waits in the queues. */
export const depthsOf = async (client: Client): Promise<Depths> => (await client.query<Depths>(OPEN)).rows[0]!;

export interface Sample {
  minutes: number;
  megabytes: number;
  /** Of them, what objects take that are in use. */
  liveMegabytes: number;
  depths: Depths;
}

export async function sampleOf(
  client: Client,
  { pid, heap }: { pid: number; heap: LiveHeap },
  minutes: number,
): Promise<Sample> {
  const megabytes = residentMegabytes(pid);
  return { minutes, megabytes, liveMegabytes: await heap.megabytes(), depths: await depthsOf(client) };
}

/** So that a single report under way does not bend the line. */
const STRETCHES = 12;

/** By how much it grows in ten minutes, after the warm-up. */
export function growthPerTenMinutes(
  samples: readonly Sample[],
  warmUpMinutes: number,
  of: (sample: Sample) => number,
): number {
  const warm = samples.filter(({ minutes }) => minutes >= warmUpMinutes);
  const size = Math.max(1, Math.floor(warm.length / STRETCHES));
  const points = Array.from({ length: Math.floor(warm.length / size) }, (_, index) => {
    const stretch = warm.slice(index * size, (index + 1) * size);
    return [median(stretch.map((one) => one.minutes)), median(stretch.map(of))] as const;
  });
  return slopeOf(points) * 10;
}

/** Of the line that fits best. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
}

const LARGE_BYTES = 4 * 1024 * 1024;

/** How many times larger than need be the worst of the large tables is; they are rewritten to find out. */
export async function worstBloat(client: Client): Promise<{ table: string; ratio: number }> {
  const { rows } = await client.query<{ name: string; bytes: string }>(
    `select oid::regclass::text as name, pg_total_relation_size(oid) as bytes from pg_class
     where relkind = 'r' and relnamespace = 'public'::regnamespace and pg_total_relation_size(oid) > $1`,
    [LARGE_BYTES],
  );
  let worst = { table: 'none', ratio: 1 };
  for (const { name, bytes } of rows) {
    await client.query(`vacuum full ${name}`);
    const after = await client.query<{ bytes: string }>('select pg_total_relation_size($1::regclass) as bytes', [name]);
    const ratio = Number(bytes) / Number(after.rows[0]!.bytes);
    if (ratio > worst.ratio) worst = { table: name, ratio };
  }
  return worst;
}
