import fs from 'node:fs';
import path from 'node:path';

export interface ServerState {
  pid: number;
  /** Set once the server accepts connections. */
  port?: number;
}

/** What `postmaster.pid` says of a server that is really there: a killed one leaves the file, or a zombie. */
export function describeServer(dataDirectory: string): ServerState | undefined {
  let lines: string[];
  try {
    lines = fs.readFileSync(path.join(dataDirectory, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const pid = Number(lines[0]);
  if (!isAlive(pid, 'postgres')) return undefined;
  return lines[7]?.trim() === 'ready' ? { pid, port: Number(lines[3]) } : { pid };
}

/** A zombie still answers signal 0, but its command line is empty. */
export function isAlive(pid: number, command: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  try {
    const commandLine = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return commandLine !== '' && commandLine.includes(command);
  } catch {
    return false;
  }
}
