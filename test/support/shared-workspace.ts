import { afterEach, beforeEach } from 'vitest';
import type { ClockifyUser } from '../../simulators/clockify/model.js';
import { SyncWorker } from '../../src/sync/sync-worker.js';
import type { SyncNow } from '../../src/sync/sync.service.js';
import { TimeEntriesService } from '../../src/time-entries/time-entries.service.js';
import { at, ClockifyApp, type Caller } from './clockify.js';

/** A stored entry, by the names of its columns. */
export interface EntryRow {
  id: number;
  user_id: number;
  integration_id: number | null;
  external_id: string;
  description: string;
  is_running: boolean;
  deleted_at: Date | null;
  time_zone: string;
}

export const NOTHING_DONE = { created: 0, updated: 0, deleted: 0, conflicts: 0, skipped: 0 };

const AUTHOR = { actor: { kind: 'user' as const, id: '1' }, origin: null };
const time = (hour: number): Date => at(`${String(hour).padStart(2, '0')}:00:00`);

/** A workspace at Clockify that one integration reads as a whole, new for each test. */
export class SharedWorkspace {
  world: ClockifyApp;
  coordinator: Caller;
  /** The integration that reads everybody. */
  everybody: number;

  /** Somebody of the workspace typed an hour into Clockify; answers its id there. */
  typed(user: ClockifyUser, description: string, hour = 8): string {
    const { clockify, workspaceId } = this.world;
    return clockify.startInApp({ user, description, start: time(hour), stop: time(hour + 1), workspaceId });
  }

  sync(more: object = {}): Promise<SyncNow> {
    return this.world.sync(this.coordinator, this.everybody, more);
  }

  rows(): Promise<EntryRow[]> {
    const everything = 'select * from time_entries order by id';
    return this.world.app.database.query<EntryRow & Record<string, unknown>>(everything);
  }

  async row(externalId: string): Promise<EntryRow> {
    return (await this.rows()).find((one) => one.external_id === externalId)!;
  }

  /** How many rows the binnacle has. */
  history(): Promise<number> {
    return this.world.count('sessions_binnacle');
  }

  /** One cycle by the clock; answers the calls it made at Clockify. */
  async cycle(): Promise<number> {
    const { app, clockify } = this.world;
    // The projects are read in the background, after each connecting.
    const calls = () => clockify.calls.filter(({ path }) => !/\/(projects|clients)$/.test(path)).length;
    const before = calls();
    await app.database.execute(
      `update sync_states set next_at = case when id = $1 then now() else now() + interval '1 day' end, lease_until = null`,
      [this.everybody],
    );
    if ((await app.get(SyncWorker).syncDue()) !== 1) throw new Error('Not one integration was due.');
    return calls() - before;
  }

  /** Somebody changes the text of an entry here. */
  async edit(id: number, description: string): Promise<void> {
    const ledger = this.world.app.get(TimeEntriesService);
    await this.world.app.transactions.run((tx) =>
      ledger.apply([{ kind: 'edit', id, patch: { description } }], AUTHOR, tx),
    );
  }
}

export function useSharedWorkspace(): SharedWorkspace {
  const shared = new SharedWorkspace();
  beforeEach(async () => {
    shared.world = await ClockifyApp.start({ env: { ROLE: 'api' } });
    shared.coordinator = await shared.world.addCaller('coordinator');
    shared.everybody = await shared.world.connectEverybody(shared.coordinator);
    // Projects are fetched in the background after connecting: not while calls are counted.
    await shared.coordinator.api.expect(200, 'GET', '/v1/resources/projects');
    // Who joins from now on is in the next list of people.
    shared.world.clock.advance(3_600_000);
  });
  afterEach(() => shared.world.close());
  return shared;
}
