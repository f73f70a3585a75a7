import type { DeskAgent, DeskEntry, DeskModel, Effect, Module } from './model.js';
import { invalid, refusal, unprocessable, urlNotFound, type FieldError } from './refusal.js';

export type Body = Readonly<Record<string, unknown>>;

export interface RuleOptions {
  /** With what an unknown ticket, task or entry is answered. */
  unknownStatus: 404 | 422;
  /** What becomes of a deleted entry: it goes, or stays in the lists with a mark. */
  deleted: 'vanishes' | 'stays';
  /** A portal whose layout demands a charge type. */
  needsChargeType: boolean;
}

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/;
const COUNT = /^\d+$/;

const isCount = (value: unknown): boolean =>
  (typeof value === 'string' || typeof value === 'number') && COUNT.test(String(value));
const isText = (value: unknown): boolean => typeof value === 'string' && value.length <= 65_535;
const isOneOf =
  (...values: string[]) =>
  (value: unknown): boolean =>
    values.includes(value as string);
const isBelow60 = (value: unknown): boolean => isCount(value) && Number(value) < 60;

/** Every field a write may have. */
const FIELDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  executedTime: (value) => typeof value === 'string' && TIME.test(value) && !Number.isNaN(Date.parse(value)),
  hoursSpent: (value) => isCount(value) && Number(value) <= 999,
  minutesSpent: isBelow60,
  secondsSpent: isBelow60,
  description: isText,
  isBillable: (value) => typeof value === 'boolean',
  requestChargeType: (value) =>
    value === null ||
    isOneOf('Customer Service', 'Upgrade Request', 'Product Consultation', 'Support and Maintenance')(value),
  ownerId: (value) => typeof value === 'string' && COUNT.test(value),
  mode: isOneOf('MANUAL', 'AUTO'),
  billingType: isOneOf(
    'FIXED_COST_FOR_TICKETS',
    'FIXED_COST_FOR_AGENTS',
    'SPECIFIC_COST_PER_AGENT',
    'SPECIFIC_COST_PER_PROFILE',
  ),
  agentCostPerHour: isCount,
  additionalCost: isCount,
  fixedCost: isCount,
  layoutId: isCount,
  invoiceId: isCount,
  cf: (value) => typeof value === 'object' && value !== null,
};

/** What Desk does with time entries. The texts of refusals not found in its documentation are our own. */
export class EntryRules {
  constructor(
    private readonly model: DeskModel,
    private readonly options: RuleOptions,
  ) {}

  create(agent: DeskAgent, module: Module, parentId: string, body: Body, by: Effect['by']): DeskEntry {
    this.assertParent(agent.portalId, module, parentId);
    const missing: FieldError[] = ['executedTime', ...(this.options.needsChargeType ? ['requestChargeType'] : [])]
      .filter((name) => body[name] === undefined)
      .map((name) => ({ fieldName: `/${name}`, errorType: 'missing' }));
    this.assertFields(body, missing);
    const now = this.model.now();
    const entry: DeskEntry = {
      id: '',
      portalId: agent.portalId,
      module,
      parentId,
      ownerId: agent.id,
      executedTime: null,
      hours: 0,
      minutes: 0,
      seconds: 0,
      description: '',
      requestChargeType: null,
      isBillable: false,
      mode: 'MANUAL',
      invoiceId: null,
      isTrashed: false,
      createdAt: now,
      modifiedAt: now,
    };
    change(entry, body);
    entry.id = this.model.nextId();
    this.model.entries.set(entry.id, entry);
    this.model.record(entry, 'created', by);
    return entry;
  }

  /** Fields that are left out stay. */
  update(entry: DeskEntry, body: Body, by: Effect['by']): DeskEntry {
    this.assertFields(body);
    this.assertNotBilled(entry);
    change(entry, body);
    this.model.record(entry, 'updated', by);
    return entry;
  }

  delete(entry: DeskEntry, by: Effect['by']): void {
    this.assertNotBilled(entry);
    entry.isTrashed = true;
    this.model.record(entry, 'deleted', by);
  }

  /** The entry, unless it is gone. */
  find(portalId: string, id: string): DeskEntry {
    const entry = this.model.entries.get(id);
    const isGone = entry?.isTrashed === true && this.options.deleted === 'vanishes';
    if (entry === undefined || entry.portalId !== portalId || isGone) throw this.unknown();
    return entry;
  }

  assertParent(portalId: string, module: Module, id: string): void {
    const ticketId = module === 'tickets' ? id : this.model.tasks.get(id)?.ticketId;
    if (this.model.tickets.get(ticketId ?? '')?.portalId !== portalId) throw this.unknown();
  }

  unknown(): Error {
    return this.options.unknownStatus === 404 ? urlNotFound() : invalid();
  }

  private assertNotBilled(entry: DeskEntry): void {
    if (entry.invoiceId !== null) throw unprocessable('Billed time entries cannot be edited.');
  }

  private assertFields(body: Body, missing: FieldError[] = []): void {
    if (Object.keys(body).length === 0) throw refusal(422, 'EMPTY_PAYLOAD', 'The payload is empty.');
    const wrong = Object.entries(body).filter(([name, value]) => !(FIELDS[name]?.(value) ?? false));
    const errors = wrong.map(([name]): FieldError => ({ fieldName: `/${name}`, errorType: 'invalid' }));
    if (missing.length + errors.length > 0) throw invalid(...missing, ...errors);
  }
}

function change(entry: DeskEntry, body: Body): void {
  const { executedTime, hoursSpent, minutesSpent, secondsSpent } = body;
  if (executedTime !== undefined) entry.executedTime = Date.parse(executedTime as string);
  if (hoursSpent !== undefined) entry.hours = Number(hoursSpent);
  if (minutesSpent !== undefined) entry.minutes = Number(minutesSpent);
  if (secondsSpent !== undefined) entry.seconds = Number(secondsSpent);
  for (const name of ['description', 'requestChargeType', 'isBillable', 'mode', 'ownerId'] as const) {
    if (body[name] !== undefined) Object.assign(entry, { [name]: body[name] });
  }
}
