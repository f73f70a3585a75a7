import type { ClockifyEntry, ClockifyModel, ClockifyUser, ClockifyWorkspace, CustomValue, Effect } from './model.js';
import { notInWorkspace, refusal } from './refusal.js';

export type Body = Record<string, unknown>;
type By = Effect['by'];

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;
const LONGEST_DESCRIPTION = 3000;
const REQUIRED_PROJECT =
  "Time entry couldn't be created. Project is either required field or given project is archived. Please check workspace settings.";

/** A custom field as it is written. */
type WrittenValue = Omit<CustomValue, 'sourceType'> & { sourceType?: string };

export interface EntryRulesOptions {
  /** Whether a second timer ends the first at the moment of the call or at its own start; nobody has written it down. */
  autoStopAt: 'now' | 'start';
  /** Status of a refused write to a locked entry: 400 and 403 have both been told of. */
  lockedStatus: 400 | 403;
}

/** What Clockify does with time entries. The texts of refusals that nobody has recorded are our own. */
export class EntryRules {
  constructor(
    private readonly model: ClockifyModel,
    readonly options: EntryRulesOptions,
  ) {}

  create(user: ClockifyUser, workspace: ClockifyWorkspace, body: Body, by: By): ClockifyEntry {
    const entry: ClockifyEntry = {
      id: '',
      workspaceId: workspace.id,
      userId: user.id,
      isLocked: false,
      isDeleted: false,
      ...this.fieldsOf(workspace, body),
    };
    if (entry.end !== null) this.assertProject(workspace, entry);
    else this.stopRunning(user, workspace, entry, by);
    entry.id = this.model.nextId();
    this.model.entries.set(entry.id, entry);
    this.model.record(entry, 'created', by);
    return entry;
  }

  /** The whole entry: what the body leaves out is lost. */
  replace(user: ClockifyUser, workspace: ClockifyWorkspace, id: string, body: Body, by: By): ClockifyEntry {
    const entry = this.get(user, workspace, id);
    this.assertOpen(entry, by);
    const next = this.fieldsOf(workspace, body);
    if (next.end !== null) this.assertProject(workspace, next);
    else if (entry.end !== null) this.stopRunning(user, workspace, next, by);
    Object.assign(entry, next);
    this.model.record(entry, 'updated', by);
    return entry;
  }

  /** Ends whatever the user has running. */
  stop(user: ClockifyUser, workspace: ClockifyWorkspace, body: Body, by: By): ClockifyEntry {
    const running = this.model.runningEntryOf(workspace.id, user.id);
    if (running === undefined) {
      throw refusal(404, 404, "Currently running time entry doesn't exist on workspace for user");
    }
    const end = timeOf(body.end, 'end');
    this.assertOpen(running, by);
    this.assertProject(workspace, running);
    assertOrder(running.start, end);
    running.end = end;
    this.model.record(running, 'stopped', by);
    return running;
  }

  delete(user: ClockifyUser, workspace: ClockifyWorkspace, id: string, by: By): void {
    const entry = this.get(user, workspace, id);
    this.assertOpen(entry, by);
    entry.isDeleted = true;
    this.model.record(entry, 'deleted', by);
  }

  /** Administrators have everybody's entries. */
  get(user: ClockifyUser, workspace: ClockifyWorkspace, id: string): ClockifyEntry {
    const entry = this.model.entries.get(id);
    if (entry === undefined || entry.workspaceId !== workspace.id || entry.isDeleted) {
      throw notInWorkspace('Time entry');
    }
    if (entry.userId !== user.id && !isAdmin(workspace, user)) throw refusal(403, 403, 'Access Denied');
    return entry;
  }

  private fieldsOf(
    workspace: ClockifyWorkspace,
    body: Body,
  ): Omit<ClockifyEntry, 'id' | 'workspaceId' | 'userId' | 'isLocked' | 'isDeleted'> {
    const start = timeOf(body.start, 'start');
    const end = body.end == null ? null : timeOf(body.end, 'end');
    assertOrder(start, end);
    return {
      start,
      end,
      description: descriptionOf(body.description),
      ...this.projectAndTask(workspace, body),
      tagIds: this.tagIdsOf(workspace, body.tagIds),
      isBillable: body.billable === true,
      type: body.type === 'BREAK' ? 'BREAK' : 'REGULAR',
      customValues: this.customValuesOf(workspace, body.customFields),
    };
  }

  /** An archived project is accepted. */
  private projectAndTask(workspace: ClockifyWorkspace, body: Body): Pick<ClockifyEntry, 'projectId' | 'taskId'> {
    const projectId = textOrNull(body.projectId);
    const taskId = textOrNull(body.taskId);
    if (projectId !== null && this.model.projects.get(projectId)?.workspaceId !== workspace.id) {
      throw notInWorkspace('Project');
    }
    if (taskId !== null && (projectId === null || this.model.tasks.get(taskId)?.projectId !== projectId)) {
      throw notInWorkspace('Task');
    }
    return { projectId, taskId };
  }

  private tagIdsOf(workspace: ClockifyWorkspace, value: unknown): string[] {
    const ids = (value ?? []) as string[];
    if (ids.some((id) => this.model.tags.get(id)?.workspaceId !== workspace.id)) throw notInWorkspace('Tag');
    return [...new Set(ids)];
  }

  /** Only under `customFields`: the key they are read under, `customFieldValues`, is dropped without a word. */
  private customValuesOf(workspace: ClockifyWorkspace, value: unknown): CustomValue[] {
    return ((value ?? []) as WrittenValue[]).map(({ customFieldId, value: inner, sourceType = 'TIMEENTRY' }) => {
      if (this.model.customFields.get(customFieldId)?.workspaceId !== workspace.id) {
        throw notInWorkspace('Custom field');
      }
      return { customFieldId, value: inner, sourceType };
    });
  }

  private stopRunning(user: ClockifyUser, workspace: ClockifyWorkspace, next: { start: number }, by: By): void {
    const running = this.model.runningEntryOf(workspace.id, user.id);
    if (running === undefined) return;
    const end = this.options.autoStopAt === 'start' ? next.start : this.model.nowToTheSecond();
    running.end = Math.max(running.start, end);
    this.model.record(running, 'stopped', by);
  }

  private assertProject(workspace: ClockifyWorkspace, { projectId }: Pick<ClockifyEntry, 'projectId'>): void {
    if (workspace.requiresProject && projectId === null) throw refusal(400, 501, REQUIRED_PROJECT);
  }

  private assertOpen({ isLocked }: ClockifyEntry, by: By): void {
    const { lockedStatus } = this.options;
    if (isLocked && by === 'api') {
      throw refusal(lockedStatus, lockedStatus === 403 ? 403 : 501, 'Time entry is locked and cannot be changed');
    }
  }
}

export const isAdmin = (workspace: ClockifyWorkspace, { id }: ClockifyUser): boolean =>
  ['OWNER', 'ADMIN'].includes(workspace.members.get(id)?.role ?? '');

/** Milliseconds; parts of a second are cut. */
export function timeOf(value: unknown, name: string): number {
  const time = typeof value === 'string' && TIME.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time)) throw refusal(400, 501, `${name} must be in yyyy-MM-ddThh:mm:ssZ format`);
  return Math.floor(time / 1000) * 1000;
}

function assertOrder(start: number, end: number | null): void {
  if (end !== null && end < start) throw refusal(400, 501, 'Start time must be before end time');
}

function descriptionOf(value: unknown): string {
  const text = typeof value === 'string' ? value : '';
  if (text.length > LONGEST_DESCRIPTION) throw refusal(400, 501, 'description: size must be between 0 and 3000');
  return text;
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
