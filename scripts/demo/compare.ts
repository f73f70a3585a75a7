import type { TogglEntry } from '../../simulators/toggl/model.js';
import type { Log } from './api.js';

/** One sentence for everything in which the ledger and Toggl differ. */
export function compare(logs: readonly Log[], entries: readonly TogglEntry[]): string[] {
  const byId = new Map(entries.map((entry) => [entry.id.toString(), entry]));
  const differences = logs.flatMap((log) => {
    const entry = byId.get(log.external_id ?? '');
    if (entry === undefined) return [`${log.task} is not at Toggl.`];
    byId.delete(entry.id.toString());
    const isEqual = entry.start === log.start && entry.stop === log.end && entry.description === log.task;
    return isEqual ? [] : [`${log.task} is ${log.start}–${log.end} here and ${entry.start}–${entry.stop} at Toggl.`];
  });
  return [...differences, ...[...byId.values()].map((entry) => `Toggl alone has ${entry.description}.`)];
}
