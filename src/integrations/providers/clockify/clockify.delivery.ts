import { Ajv, type ErrorObject, type JSONSchemaType, type ValidateFunction } from 'ajv';

interface Named {
  id: string;
  name: string;
}

/** The part of a delivery that is read. Everything else Clockify sends, now or later, is left alone. */
export interface ClockifyDelivery {
  id: string;
  workspaceId: string;
  description?: string | null;
  userId?: string | null;
  billable?: boolean | null;
  projectId?: string | null;
  currentlyRunning?: boolean | null;
  timeInterval: {
    start: string;
    end?: string | null;
    timeZone?: string | null;
    offsetStart?: number | null;
    offsetEnd?: number | null;
  };
  project?: Named | null;
  task?: Named | null;
  user: Named & { status?: string | null };
  /** Objects in every capture; texts in older descriptions. */
  tags?: (string | { name: string })[] | null;
}

const id = { type: 'string', minLength: 1, maxLength: 100 } as const;
const name = { type: 'string', maxLength: 1000 } as const;
const instant = { type: 'string', maxLength: 40 } as const;
const named = { type: 'object', required: ['id', 'name'], properties: { id, name } } as const;
const nullable = true as const;
/** Seconds east of UTC. */
const offset = { type: 'integer', minimum: -86_400, maximum: 86_400, nullable } as const;

const SCHEMA = {
  type: 'object',
  required: ['id', 'workspaceId', 'timeInterval', 'user'],
  properties: {
    id,
    workspaceId: id,
    description: { type: 'string', maxLength: 20_000, nullable },
    userId: { ...id, nullable },
    billable: { type: 'boolean', nullable },
    projectId: { type: 'string', maxLength: 100, nullable },
    currentlyRunning: { type: 'boolean', nullable },
    timeInterval: {
      type: 'object',
      required: ['start'],
      properties: {
        start: instant,
        end: { ...instant, nullable },
        timeZone: { type: 'string', maxLength: 100, nullable },
        offsetStart: offset,
        offsetEnd: offset,
      },
    },
    project: { ...named, nullable },
    task: { ...named, nullable },
    user: {
      type: 'object',
      required: ['id', 'name'],
      properties: { id, name, status: { type: 'string', maxLength: 100, nullable } },
    },
    tags: {
      type: 'array',
      nullable,
      maxItems: 500,
      items: { anyOf: [name, { type: 'object', required: ['name'], properties: { name } }] },
    },
  },
  // The type of a schema cannot express what may be one of two things.
} as unknown as JSONSchemaType<ClockifyDelivery>;

let compiled: ValidateFunction<ClockifyDelivery> | undefined;

/** Compiled at the first use: a start does not wait for it. */
const validator = (): ValidateFunction<ClockifyDelivery> =>
  (compiled ??= new Ajv({ allErrors: false, strict: false }).compile(SCHEMA));

/** The first field that is not as Clockify sends it, in words; `null` when all are. */
export function problemOf(payload: object): string | null {
  const validate = validator();
  return validate(payload) ? null : describe(validate.errors![0]!);
}

function describe({ keyword, instancePath, params, message }: ErrorObject): string {
  const isMissing = keyword === 'required';
  const path = isMissing ? `${instancePath}/${(params as { missingProperty: string }).missingProperty}` : instancePath;
  return `${path.slice(1).replaceAll('/', '.')} ${isMissing ? 'is missing' : message}`;
}
