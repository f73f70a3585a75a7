import type { Log, Project, Reconciliation, Timeline } from './api.js';
import { LOGS, untilSynced, type Stage } from './morning.js';
import type { Held } from './services.js';

/** Shows the same day three times: as logs, wherever they came from, as a timeline, and as the simulated services keep it. */
export async function showEnd(stage: Stage): Promise<{ logs: Log[]; held: Held[] }> {
  const { api, paper, services } = stage;
  const atServices = (log: Log) => log.integration_id !== null;
  for (const { id } of (await api.get<Log[]>(LOGS)).filter(atServices)) await untilSynced(api, id);
  const logs = (await api.get<Log[]>(LOGS)).sort((a, b) => a.start - b.start);
  const projects = await api.get<Project[]>('/v1/resources/projects');
  const nameOf = (log: Log) => projects.find(({ id }) => id === log.project_id)?.name ?? '-';
  paper.title(`The day over all four services, the phone and the file (GET ${LOGS})`);
  for (const log of logs) {
    const [span, task] = [paper.span(log.start, log.end), log.task.padEnd(20)];
    paper.line(`  ${span}  ${task}${log.provider.padEnd(13)}${nameOf(log).padEnd(24)}${log.sync.state}`);
  }
  await showTimeline(stage, logs);
  const held = services.held();
  paper.title('What the services hold (asked of the simulators themselves)');
  for (const { provider, start, end, text } of held) {
    paper.line(`  ${paper.span(start, end)}  ${text.padEnd(20)}${provider}`);
  }
  const there = logs.filter(atServices);
  await showReconciliation(stage, there);
  await showBinnacle(stage);
  return { logs: there, held };
}

async function showReconciliation({ api, paper }: Stage, logs: readonly Log[]): Promise<void> {
  const from = Math.min(...logs.map(({ start }) => start));
  paper.title('Service by service (GET /v1/resources/reconciliation)');
  const integrations = await api.get<{ id: number; name: string }[]>('/v1/resources/integrations');
  for (const { id, name } of integrations) {
    const window = `integration_id=${id}&from=${from}&to=${Math.ceil(Date.now() / 1000) + 60}`;
    const { summary } = await api.get<Reconciliation>(`/v1/resources/reconciliation?${window}`);
    const { matched, different, only_there: there, only_here: here } = summary;
    paper.line(`  ${name.padEnd(15)}${matched} equal, ${different} different, ${there} only there, ${here} only here`);
  }
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
