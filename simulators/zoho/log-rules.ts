import type { Effect, LogType, ZohoLog, ZohoModel, ZohoPerson, ZohoPortal, ZohoProject } from './model.js';
import { missing, refusal } from './refusal.js';

export type Body = Readonly<Record<string, unknown>>;

const TYPES: readonly LogType[] = ['task', 'issue', 'general'];
const DAY_MINUTES = 24 * 60;

/** Odd ways Zoho has with some accounts. */
export interface RuleOptions {
  /** Whoever writes time on a task must be assigned to it. */
  needsAssignment: boolean;
  /** Whether the times of a day are kept beside day and hours. */
  keepsTimes: boolean;
}

/** What Zoho does with time logs. The texts of refusals not found in its documentation are our own. */
export class LogRules {
  constructor(
    private readonly model: ZohoModel,
    private readonly options: RuleOptions,
  ) {}

  create(person: ZohoPerson, portal: ZohoPortal, row: Body, by: Effect['by']): ZohoLog {
    const project = this.projectIn(portal, textOf(row.project_id));
    const type = typeIn(row.type);
    if (row.bill_status === undefined || row.date === undefined) throw missing();
    const log: ZohoLog = {
      id: '',
      projectId: project.id,
      type,
      itemId: this.itemIn(person, project, type, row.item_id),
      logName: '',
      date: '',
      minutes: 0,
      startTime: null,
      endTime: null,
      notes: '',
      isBillable: false,
      ownerId: person.id,
      isApproved: false,
      createdAt: this.model.now(),
      modifiedAt: this.model.now(),
      isDeleted: false,
    };
    if (type === 'general' && textOf(row.log_name) === '') throw missing();
    this.change(log, row);
    if (log.minutes === 0) throw refusal(400, 'INVALID_HOURS', 'The hours of a log cannot be zero.');
    this.assertFits(log, row);
    log.id = this.model.nextId();
    this.model.logs.set(log.id, log);
    this.model.record(log, 'created', by);
    return log;
  }

  update(log: ZohoLog, body: Body, by: Effect['by']): ZohoLog {
    if (by === 'api') assertModule(log, body.module, 'object');
    if (log.isApproved) throw refusal(400, 'TIMELOG_LOCKED', 'An approved time log cannot be changed.');
    const next = { ...log };
    this.change(next, body);
    if (next.minutes === 0) throw refusal(400, 'INVALID_HOURS', 'The hours of a log cannot be zero.');
    Object.assign(log, next);
    this.model.record(log, 'updated', by);
    return log;
  }

  delete(log: ZohoLog, body: Body, by: Effect['by']): void {
    if (by === 'api') assertModule(log, body.module, 'text');
    if (log.isApproved) throw refusal(400, 'TIMELOG_LOCKED', 'An approved time log cannot be deleted.');
    log.isDeleted = true;
    this.model.record(log, 'deleted', by);
  }

  private projectIn(portal: ZohoPortal, id: string): ZohoProject {
    if (id === '') throw missing();
    const project = this.model.projects.get(id);
    if (project?.portalId === portal.id) return project;
    throw refusal(400, 'INVALID_PROJECT', 'There is no such project in this portal.');
  }

  private itemIn(person: ZohoPerson, project: ZohoProject, type: LogType, given: unknown): string | null {
    if (type === 'general') return null;
    const item = this.model.items.get(textOf(given));
    if (item === undefined || item.projectId !== project.id || item.type !== type) throw missing();
    if (this.options.needsAssignment && !item.assigneeIds.has(person.id)) {
      throw refusal(400, 'NOT_ASSIGNED', 'The owner of a log must be assigned to the task.');
    }
    return item.id;
  }

  private change(log: ZohoLog, body: Body): void {
    if (body.date !== undefined) log.date = dateIn(body.date);
    if (this.options.keepsTimes) changeTimes(log, body);
    if (body.hours !== undefined) log.minutes = minutesIn(body.hours);
    if (body.log_name !== undefined && log.type === 'general') log.logName = textOf(body.log_name);
    if (body.notes !== undefined) log.notes = textOf(body.notes);
    if (body.bill_status !== undefined) log.isBillable = billableIn(body.bill_status);
  }

  private assertFits(log: ZohoLog, row: Body): void {
    const sameDay = [...this.model.logs.values()].filter(
      (other) => !other.isDeleted && other.ownerId === log.ownerId && other.date === log.date,
    );
    const total = sameDay.reduce((sum, { minutes }) => sum + minutes, log.minutes);
    if (total > DAY_MINUTES) throw refusal(400, 'DAILY_LIMIT', 'A day has 24 hours.');
    const allowed = row.force_allow as { overlap?: unknown } | undefined;
    if (allowed?.overlap === true || log.startTime === null) return;
    if (sameDay.some((other) => overlaps(log, other))) {
      throw refusal(400, 'LOG_OVERLAP', 'There is a time log at this time already.');
    }
  }
}

function changeTimes(log: ZohoLog, body: Body): void {
  if (body.start_time !== undefined) log.startTime = timeIn(body.start_time);
  if (body.end_time !== undefined) log.endTime = timeIn(body.end_time);
}

/** For a change the module is an object, for a removal a plain text. */
function assertModule(log: ZohoLog, module: unknown, form: 'object' | 'text'): void {
  const type = form === 'text' ? module : (module as { type?: unknown } | undefined)?.type;
  if (type !== log.type) throw missing();
}

function typeIn(value: unknown): LogType {
  const type = TYPES.find((known) => known === value);
  if (type === undefined) throw missing();
  return type;
}

function dateIn(value: unknown): string {
  const text = textOf(value);
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw refusal(400, 'PATTERN_NOT_MATCHED', 'The date must be YYYY-MM-DD.');
}

function timeIn(value: unknown): string {
  const text = textOf(value);
  if (/^(0[1-9]|1[0-2]):[0-5]\d [AP]M$/.test(text)) return text;
  throw refusal(400, 'PATTERN_NOT_MATCHED', 'The time must be hh:mm AM.');
}

function minutesIn(value: unknown): number {
  const [, hours, minutes] = /^(\d{1,3}):([0-5]\d)$/.exec(textOf(value)) ?? [];
  if (hours !== undefined) return Number(hours) * 60 + Number(minutes);
  const decimal = Number(value);
  if (Number.isFinite(decimal) && decimal >= 0) return Math.round(decimal * 60);
  throw refusal(400, 'PATTERN_NOT_MATCHED', 'The hours must be HH:MM.');
}

function billableIn(value: unknown): boolean {
  if (value === 'Billable' || value === 'Non Billable') return value === 'Billable';
  throw refusal(400, 'PATTERN_NOT_MATCHED', 'The bill_status must be Billable or Non Billable.');
}

/** Minutes of the day behind `01:30 PM`. */
const minuteOfDay = (time: string): number =>
  (Number(time.slice(0, 2)) % 12) * 60 + Number(time.slice(3, 5)) + (time.endsWith('PM') ? 720 : 0);

function overlaps(a: ZohoLog, b: ZohoLog): boolean {
  if (a.startTime === null || b.startTime === null) return false;
  const [first, second] = [minuteOfDay(a.startTime), minuteOfDay(b.startTime)];
  return first < second + b.minutes && second < first + a.minutes;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
