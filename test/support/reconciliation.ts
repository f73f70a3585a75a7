import { expect } from 'vitest';
import type { ReconciliationResponse } from '../../src/reconciliation/reconciliation.dto.js';
import { TimeEntriesService } from '../../src/time-entries/time-entries.service.js';
import type { EntryContent } from '../../src/time-entries/time-entry.js';
import { content } from './entries.js';
import { at, type LogItem, type TogglApp, type Tracker } from './toggl.js';

export const PATH = '/v1/resources/reconciliation';

export const instant = (time: string): Date => new Date(at(time) * 1000);

/** Somebody whose Toggl and ledger do not say the same. */
export class TwoSides {
  constructor(
    readonly world: TogglApp,
    readonly ana: Tracker,
  ) {}

  query(from: string, to: string, more = ''): string {
    return `${PATH}?integration_id=${this.ana.integrationId}&from=${at(from)}&to=${at(to)}${more}`;
  }

  async reconcile(from = '00:00:00', to = '23:59:59'): Promise<ReconciliationResponse> {
    const answer = await this.world.call<ReconciliationResponse>(this.ana, 'GET', this.query(from, to));
    expect([answer.status, answer.body.message]).toEqual([200, undefined]);
    return answer.body.result;
  }

  async download(format: 'xlsx' | 'csv'): Promise<{ headers: Headers; bytes: Buffer }> {
    const url = this.world.app.url + this.query('00:00:00', '23:59:59', `&format=${format}`);
    const answer = await fetch(url, { headers: this.ana.bearer });
    expect(answer.status).toBe(200);
    return { headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) };
  }

  /** Typed in Toggl's app; answers its id there. */
  inTheApp(description: string, start: string, stop: string): string {
    return this.world.toggl.startInApp({
      user: this.ana.toggl,
      description,
      start: instant(start),
      stop: instant(stop),
    });
  }

  async sync(): Promise<void> {
    expect((await this.world.call(this.ana, 'POST', '/v1/rpc/sync', { days: 7 })).status).toBe(200);
  }

  async logCalled(task: string): Promise<LogItem> {
    return (await this.world.listLogs(this.ana)).find((log) => log.task === task)!;
  }

  /** One row of each status, only-here for three reasons; the push that fails does so for good. */
  async disagree(): Promise<void> {
    const { world, ana } = this;
    const [, edited, locked, gone] = ['equal', 'edited', 'locked', 'gone'].map((name, hour) =>
      this.inTheApp(name, `0${hour + 1}:00:00`, `0${hour + 1}:30:01`),
    );
    await this.sync();
    await this.lock((await this.logCalled('locked')).id);
    for (const id of [edited!, locked!]) world.toggl.editInApp(id, { stop: instant('06:00:00'), tags: ['late'] });
    world.toggl.deleteInApp(gone!);
    this.inTheApp('only there', '06:10:00', '06:20:07');
    world.toggl.faults.add({
      method: 'POST',
      path: /time_entries/,
      times: 100,
      action: { status: 400, body: '"No."' },
    });
    const hours = { start: at('07:00:00'), end: at('07:11:00'), integration_id: ana.integrationId };
    expect(await world.addLog(ana, { task: 'refused', ...hours })).toMatchObject({ sync: { state: 'failed' } });
    // Without an end it cannot be written at the service.
    await this.addOurs({ description: 'draft', startedAt: instant('08:00:00'), endedAt: null });
  }

  /** An entry meant for the service, through the ledger's own door. */
  async addOurs(changes: Partial<EntryContent>): Promise<void> {
    const { world, ana } = this;
    const home = {
      source: 'toggl',
      workspaceId: String(ana.toggl.defaultWorkspaceId),
      integrationId: ana.integrationId,
      isRunning: false,
    };
    const author = { actor: { kind: 'user', id: String(ana.id) }, origin: null } as const;
    await world.app.transactions.run((tx) =>
      world.app
        .get(TimeEntriesService)
        .apply([{ kind: 'create', userId: ana.id, content: content({ ...home, ...changes }) }], author, tx),
    );
  }

  /** As after a worker that died between the service's answer and writing it down. */
  async forgetAnswer(id: number): Promise<void> {
    const { database } = this.world.app;
    await database.execute('update time_entries set external_id = null, remote_seen = false where id = $1', [id]);
    await database.execute(
      `update pushes set state = 'sending', external_id = null, lease_token = gen_random_uuid(),
         lease_until = now() + interval '1 hour' where entry_id = $1`,
      [id],
    );
  }

  /** What the rows of the ledger say, summed by PostgreSQL. */
  async secondsHere(from: string, to: string): Promise<number> {
    const [row] = await this.world.app.database.query<{ seconds: number }>(
      `select coalesce(sum(extract(epoch from ended_at - started_at)), 0)::float8 as seconds from time_entries
       where user_id = $1 and deleted_at is null and started_at >= $2 and started_at < $3`,
      [this.ana.id, instant(from), instant(to)],
    );
    return row!.seconds;
  }

  /** What the simulator holds. */
  secondsThere(from: string, to: string): number {
    return this.world
      .there(this.ana)
      .filter(({ start, stop }) => stop !== null && start >= at(from) && start < at(to))
      .reduce((sum, { start, stop }) => sum + stop! - start, 0);
  }

  private async lock(id: number): Promise<void> {
    await this.world.app.database.execute('update time_entries set is_locked = true where id = $1', [id]);
  }
}
