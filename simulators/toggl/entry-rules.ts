import { timesAfter, timesOfNew, type Body, type Times } from './entry-times.js';
import type { Effect, TogglEntry, TogglModel, TogglUser, TogglWorkspace } from './model.js';
import { refusal } from './refusal.js';

type By = Effect['by'];

/** An id from a body, where large ones are `bigint` already. */
export const toId = (value: unknown): bigint | null =>
  typeof value === 'bigint' ? value : Number.isInteger(value) ? BigInt(value as number) : null;

/** What Toggl does with time entries. The texts of refusals not found in its documentation are our own. */
export class EntryRules {
  constructor(private readonly model: TogglModel) {}

  create(user: TogglUser, workspace: TogglWorkspace, body: Body, by: By): TogglEntry {
    if (typeof body.created_with !== 'string' || body.created_with === '') {
      throw refusal(400, 'created_with needs to be provided');
    }
    this.assertWorkspace(workspace, body);
    const times = timesOfNew(body);
    const entry: TogglEntry = {
      id: 0n,
      workspaceId: workspace.id,
      userId: user.id,
      projectId: null,
      taskId: null,
      isBillable: false,
      description: null,
      ...times,
      tagIds: [],
      at: 0,
      deletedAt: null,
    };
    this.change(entry, body);
    this.assertRequired(entry, workspace);
    if (times.duration < 0) this.stopRunning(user, by);
    entry.id = this.model.nextId();
    this.model.entries.set(entry.id, entry);
    this.model.record(entry, 'created', by);
    return entry;
  }

  update(user: TogglUser, workspace: TogglWorkspace, id: bigint, body: Body, by: By): TogglEntry {
    const entry = this.get(user, workspace, id);
    this.assertWorkspace(workspace, body);
    const next: TogglEntry = { ...entry, ...timesAfter(entry, body), tagIds: [...entry.tagIds] };
    this.change(next, body);
    if (next.duration < 0 && entry.duration >= 0) this.stopRunning(user, by);
    Object.assign(entry, next);
    this.model.record(entry, 'updated', by);
    return entry;
  }

  stop(user: TogglUser, workspace: TogglWorkspace, id: bigint, by: By, at = this.model.nowSeconds()): TogglEntry {
    const entry = this.get(user, workspace, id);
    if (entry.duration >= 0) throw refusal(409, 'Time entry already stopped');
    this.end(entry, at, by);
    return entry;
  }

  delete(user: TogglUser, workspace: TogglWorkspace, id: bigint, by: By): void {
    const entry = this.get(user, workspace, id);
    entry.deletedAt = this.model.nowSeconds();
    // A deleted entry runs no longer, as in the recorded answers.
    if (entry.duration < 0) Object.assign(entry, this.endedAt(entry, this.model.nowSeconds()));
    this.model.record(entry, 'deleted', by);
  }

  /** JSON Patch over many entries: each succeeds or fails by itself. */
  patchMany(user: TogglUser, workspace: TogglWorkspace, ids: bigint[], operations: unknown): object {
    if (ids.length > 100) throw refusal(400, 'The limit is 100 IDs per request');
    if (!Array.isArray(operations)) throw refusal(400, 'Invalid JSON input');
    const success: bigint[] = [];
    const failure: { id: bigint; message: string }[] = [];
    for (const id of ids) {
      try {
        this.update(user, workspace, id, bodyOf(operations as Operation[], workspace), 'api');
        success.push(id);
      } catch (error) {
        failure.push({ id, message: (error as Error).message });
      }
    }
    return { success, failure };
  }

  get(user: TogglUser, workspace: TogglWorkspace, id: bigint): TogglEntry {
    const entry = this.model.entries.get(id);
    const isTheirs = entry?.userId === user.id && entry.workspaceId === workspace.id && entry.deletedAt === null;
    if (entry === undefined || !isTheirs) throw refusal(404, 'Time entry not found');
    return entry;
  }

  /** Toggl lets one entry per user run, and ends the other at the moment of the call, whatever the new one's start. */
  private stopRunning(user: TogglUser, by: By): void {
    const running = this.model.runningEntryOf(user.id);
    if (running !== undefined) this.end(running, this.model.nowSeconds(), by);
  }

  private end(entry: TogglEntry, at: number, by: By): void {
    Object.assign(entry, this.endedAt(entry, at));
    this.model.record(entry, 'stopped', by);
  }

  private endedAt({ start }: TogglEntry, at: number): Times {
    const stop = Math.max(start, at);
    return { start, stop, duration: stop - start };
  }

  private assertWorkspace(workspace: TogglWorkspace, body: Body): void {
    if (toId(body.workspace_id ?? body.wid) !== workspace.id) throw refusal(400, 'Invalid or missing workspace_id');
  }

  private change(entry: TogglEntry, body: Body): void {
    if (body.description !== undefined) entry.description = (body.description as string | null) ?? null;
    if (body.billable !== undefined) entry.isBillable = body.billable === true;
    if (body.project_id !== undefined) entry.projectId = this.projectOf(entry.workspaceId, body.project_id);
    if (body.task_id !== undefined) entry.taskId = toId(body.task_id);
    if (body.tags !== undefined || body.tag_ids !== undefined) entry.tagIds = this.tagsAfter(entry, body);
  }

  private projectOf(workspaceId: bigint, value: unknown): bigint | null {
    if (value === null) return null;
    const id = toId(value);
    const project = id === null ? undefined : this.model.projects.get(id);
    if (project?.workspaceId !== workspaceId) throw refusal(400, 'Project not found in workspace');
    return project.id;
  }

  /** Without `tag_action` the list replaces what was there. */
  private tagsAfter(entry: TogglEntry, body: Body): bigint[] {
    const names = (body.tags ?? []) as unknown[];
    if (!names.every((name): name is string => typeof name === 'string' && name.trim() !== '')) {
      throw refusal(400, "tag name can't be blank");
    }
    const byId = ((body.tag_ids ?? []) as unknown[]).map(toId).filter((id) => id !== null && this.model.tags.has(id));
    const given = [...names.map((name) => this.model.tagNamed(entry.workspaceId, name).id), ...(byId as bigint[])];
    const unique = [...new Set(given)];
    if (body.tag_action === 'add') return [...new Set([...entry.tagIds, ...unique])];
    if (body.tag_action === 'delete') return entry.tagIds.filter((id) => !unique.includes(id));
    return unique;
  }

  private assertRequired(entry: TogglEntry, { requiredFields }: TogglWorkspace): void {
    const has = {
      description: (entry.description ?? '') !== '',
      project: entry.projectId !== null,
      tag: entry.tagIds.length > 0,
      task: entry.taskId !== null,
    };
    const missing = [...requiredFields].find((field) => !has[field]);
    if (missing !== undefined) throw refusal(400, `${missing} is required in this workspace`);
  }
}

interface Operation {
  op?: unknown;
  path?: unknown;
  value?: unknown;
}

function bodyOf(operations: Operation[], workspace: TogglWorkspace): Body {
  const fields = operations.map(({ op, path, value }) => [
    String(path).replace(/^\//, ''),
    op === 'remove' ? null : value,
  ]);
  return { ...(Object.fromEntries(fields) as Body), workspace_id: workspace.id };
}
