import { readFileSync } from 'node:fs';
import type { Client } from 'pg';

/** Linux counts in hundredths of a second, whatever its kernel was built with. */
const TICKS_PER_SECOND = 100;

/** Seconds a process has computed so far, its share of the kernel included. */
export function cpuSeconds(pid: number): number {
  // The name of the program, in brackets, may itself have blanks: count behind it.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** The same of every connection the database serves at this moment. */
export async function backendCpuSeconds(client: Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>(
    `select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
  );
  return rows.reduce((sum, { pid }) => sum + cpuSeconds(pid), 0);
}
