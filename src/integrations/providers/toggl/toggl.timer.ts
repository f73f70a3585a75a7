import type { Connection, TimerCapability } from '../../contract/provider.js';
import { ProviderError } from '../../contract/provider-error.js';
import type { EntryDraft, RemoteEntry } from '../../contract/remote-entry.js';
import type { TogglClient } from './toggl.client.js';
import type { TogglEntries } from './toggl.entries.js';
import { idLiteral } from './toggl.json.js';
import { checkedId, toStop } from './toggl.mapping.js';

const UNFINISHED_KEPT = 1000;

/** Toggl's running entry. Toggl itself stops the previous one when another is started. */
export class TogglTimer implements TimerCapability {
  /** Stops of ours that still stand at the moment of the call, not at the wanted end. */
  private readonly unfinished = new Map<string, number>();

  constructor(
    private readonly client: TogglClient,
    private readonly entries: TogglEntries,
  ) {}

  /** `null` also while something runs in another workspace: that is another integration's. */
  async current(connection: Connection): Promise<RemoteEntry | null> {
    const running = await this.entries.read(connection, '/me/time_entries/current');
    return running?.isRunning === true && running.workspaceId === connection.workspaceId ? running : null;
  }

  start(connection: Connection, draft: EntryDraft): Promise<RemoteEntry> {
    return this.entries.create(connection, { ...draft, end: null, isRunning: true });
  }

  /**
   * Toggl's stop takes no time, it means "now". So it is asked to stop, which settles in one step whether we or somebody else
   * ended the entry, and then told the right end when that is another one.
   */
  async stop(connection: Connection, externalId: string, end: Date): Promise<RemoteEntry> {
    const path = this.entries.pathOf(connection, externalId);
    const stopped = await this.patchStop(connection, path, externalId);
    const isOurs = stopped.end !== null && this.unfinished.get(externalId) === stopped.end.getTime();
    if (!isOurs) return stopped;
    const wanted = new Date(Math.max(end.getTime(), stopped.start.getTime()));
    const isRight = Math.abs(stopped.end!.getTime() - wanted.getTime()) <= 1000;
    const answer = isRight ? stopped : await this.moveStop(connection, path, stopped, wanted);
    this.unfinished.delete(externalId);
    return answer;
  }

  private async patchStop(connection: Connection, path: string, externalId: string): Promise<RemoteEntry> {
    try {
      const stopped = await this.entries.write(connection, 'PATCH', `${path}/stop`);
      if (stopped.end !== null) this.remember(externalId, stopped.end);
      return stopped;
    } catch (error) {
      if (!(error instanceof ProviderError) || error.kind !== 'conflict') throw error;
      const theirs = await this.entries.get(connection, externalId);
      if (theirs === null) throw new ProviderError('not_found', 'Toggl has no such entry.');
      return theirs;
    }
  }

  /** When this call fails the stop is repeated, and must then not take our own first half for somebody else's. */
  private remember(externalId: string, stop: Date): void {
    this.unfinished.set(externalId, stop.getTime());
    const oldest = this.unfinished.keys().next();
    if (this.unfinished.size > UNFINISHED_KEPT && oldest.done !== true) this.unfinished.delete(oldest.value);
  }

  private moveStop(connection: Connection, path: string, stopped: RemoteEntry, end: Date): Promise<RemoteEntry> {
    const workspaceId = idLiteral(checkedId(connection.workspaceId, 'workspace'));
    return this.entries.write(connection, 'PUT', path, { workspace_id: workspaceId, ...toStop(stopped.start, end) });
  }
}
