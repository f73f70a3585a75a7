import type { TogglEntry } from '../../simulators/toggl/model.js';
import type { Log, Project, Timeline } from './api.js';
import { untilSynced, type Stage } from './morning.js';

/** Shows the same morning three times: as logs, as a timeline, and as the simulated Toggl keeps it. */
export async function showEnd(
  stage: Stage,
  projects: readonly Project[],
): Promise<{ logs: Log[]; entries: TogglEntry[] }> {
  const { api, paper, toggl, person } = stage;
  for (const { id } of await api.get<Log[]>('/v1/resources/logs')) await untilSynced(api, id);
  const logs = (await api.get<Log[]>('/v1/resources/logs')).sort((a, b) => a.start - b.start);
  const nameOf = (log: Log) => projects.find(({ id }) => id === log.project_id)?.name ?? '-';
  paper.title('The logs (GET /v1/resources/logs)');
  for (const log of logs) {
    paper.line(
      `  ${paper.span(log.start, log.end)}  ${log.task.padEnd(20)}${nameOf(log).padEnd(10)}${log.sync.state}  Toggl ${log.external_id}`,
    );
  }
  await showTimeline(stage, logs);
  const entries = toggl.model.entriesOf(person.id).filter(({ deletedAt }) => deletedAt === null);
  paper.title('What Toggl holds (asked of the simulator itself)');
  for (const { id, start, stop, description } of entries.sort((a, b) => a.start - b.start)) {
    paper.line(`  ${paper.span(start, stop)}  ${(description ?? '').padEnd(20)}${id}`);
  }
  await showBinnacle(stage);
  return { logs, entries };
}

async function showTimeline({ api, paper }: Stage, logs: readonly Log[]): Promise<void> {
  const from = Math.min(...logs.map(({ start }) => start));
  const to = Math.max(...logs.map(({ end, start }) => end ?? start)) + 1;
  const { entries, days } = await api.get<Timeline>(`/v1/resources/timeline?from=${from}&to=${to}`);
  for (const { day, seconds, slices } of days) {
    const hours = (seconds / 3600).toFixed(2);
    paper.title(`The timeline of ${day}, ${hours} hours (GET /v1/resources/timeline)`);
    paper.bars(
      slices.map(({ entry_id, start, end }) => {
        const entry = entries.find(({ id }) => id === entry_id)!;
        return { start, end, text: entry.project === null ? entry.task : `${entry.task} (${entry.project})` };
      }),
    );
  }
}

async function showBinnacle({ api, paper }: Stage): Promise<void> {
  const { intact, counts } = await api.read<{ intact: boolean; counts: { entries: number; rows: number } }>(
    '/api-clockify/session-binnacle/verify',
  );
  paper.line('');
  paper.line(
    `The binnacle tells of ${counts.rows} changes to ${counts.entries} entries; its seals are ${intact ? 'intact' : 'broken'}.`,
  );
  if (!intact) throw new Error('the binnacle is not intact');
}
