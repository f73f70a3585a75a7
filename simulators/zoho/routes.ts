import { listLogs, type ListOptions } from './log-queries.js';
import type { Body, LogRules } from './log-rules.js';
import type { ZohoLog, ZohoModel, ZohoPerson, ZohoPortal } from './model.js';
import { missing, refusal } from './refusal.js';
import { renderLog, renderPerson, renderPortal, renderProject, renderTask, type RenderOptions } from './render.js';

export interface RouteOptions extends ListOptions, RenderOptions {
  /** Whether "me" is one of the users. */
  hasMe: boolean;
  /** With what an unknown log is answered. */
  unknownLogStatus: 400 | 403 | 404;
}

export interface RouteContext {
  model: ZohoModel;
  rules: LogRules;
  options: RouteOptions;
  person: ZohoPerson;
  portal: ZohoPortal | null;
  /** Ids of the path after the portal's. */
  ids: string[];
  query: URLSearchParams;
  contentType: string;
  text: string;
}

/** The body, `undefined` for "no content". */
type Handler = (context: RouteContext) => unknown;

const PORTAL = '/portal/:portal';
const LOG = `${PORTAL}/projects/:id/logs/:id`;

const TABLE: Record<string, Handler> = {
  'GET /portals': ({ model, person }) =>
    [...model.portals.values()].filter(({ memberIds }) => memberIds.has(person.id)).map(renderPortal),
  [`GET ${PORTAL}/users`]: ({ model, portal }) => ({
    users: [...portal!.memberIds].map((id) => renderPerson(model.people.get(id)!)),
    page_info: { page: 1, per_page: 100, has_next_page: false },
  }),
  [`GET ${PORTAL}/users/me`]: ({ options, person }) => {
    if (!options.hasMe) throw refusal(400, 'URL_RULE_NOT_CONFIGURED', 'Given URL is wrong');
    return renderPerson(person);
  },
  [`GET ${PORTAL}/projects`]: ({ model, portal, query }) =>
    page(model.projectsOf(portal!.id), query).rows.map(renderProject),
  [`GET ${PORTAL}/projects/:id/tasks`]: ({ model, ids, query }) => {
    const tasks = [...model.items.values()].filter((item) => item.projectId === ids[0] && item.type === 'task');
    const { rows, info } = page(tasks, query);
    return { tasks: rows.map(renderTask), page_info: info };
  },
  [`GET ${PORTAL}/timelogs`]: ({ model, options, portal, query }) => listLogs(model, portal!, query, options),
  [`POST ${PORTAL}/addbulktimelogs`]: createLogs,
  [`GET ${LOG}`]: (context) => renderLog(context.model, logIn(context, context.query.get('type')), context.options),
  [`PATCH ${LOG}`]: (context) => {
    const log = context.rules.update(logIn(context), jsonIn(context), 'api');
    return renderLog(context.model, log, context.options);
  },
  [`DELETE ${LOG}`]: (context) => {
    context.rules.delete(logIn(context), jsonIn(context), 'api');
  },
};

export interface Route {
  handler: Handler;
  /** The pattern, by which calls are counted. */
  pattern: string;
  portalId: string | null;
  ids: string[];
}

const ROUTES = Object.entries(TABLE).map(([key, handler]) => {
  const [method, pattern] = key.split(' ') as [string, string];
  const expression = new RegExp(`^${pattern.replaceAll(/:portal|:id/g, String.raw`(\d+)`)}$`);
  return { method, pattern, expression, handler };
});

/** @throws Refusal 400 for an unknown path, 405 for another method: Zoho has no 404 for them */
export function findRoute(method: string, path: string): Route {
  const matching = ROUTES.flatMap(({ expression, ...route }) => {
    const match = expression.exec(path);
    return match === null ? [] : [{ ...route, match }];
  });
  const route = matching.find((candidate) => candidate.method === method);
  if (route === undefined) {
    throw matching.length === 0
      ? refusal(400, 'URL_RULE_NOT_CONFIGURED', 'Given URL is wrong')
      : refusal(405, 'INVALID_METHOD', 'This method is not allowed here');
  }
  const { handler, pattern, match } = route;
  const [, first, ...rest] = match;
  return { handler, pattern: `${method} ${pattern}`, portalId: first ?? null, ids: rest };
}

/** A form with the one field `log_object`: JSON is not taken. */
function createLogs({ model, rules, options, person, portal, contentType, text }: RouteContext): object {
  const field = contentType.startsWith('application/x-www-form-urlencoded')
    ? new URLSearchParams(text).get('log_object')
    : null;
  const rows = field === null ? null : parse(field);
  if (!Array.isArray(rows)) throw missing();
  const created = rows.map((row) => rules.create(person, portal!, row as Body, 'api'));
  return { time_logs: [{ log_details: created.map((log) => renderLog(model, log, options)) }] };
}

function logIn({ model, options, portal, ids }: RouteContext, type: string | null = null): ZohoLog {
  const [projectId, id] = ids;
  const log = model.logs.get(id!);
  const isThere = log !== undefined && !log.isDeleted && log.projectId === projectId;
  if (isThere && model.projects.get(log.projectId)?.portalId === portal!.id && (type === null || type === log.type)) {
    return log;
  }
  throw refusal(options.unknownLogStatus, 'TIMELOG_UNKNOWN', 'The time log does not exist.', 'RESOURCE_ERROR');
}

function jsonIn({ contentType, text }: RouteContext): Body {
  const value = contentType.startsWith('application/json') ? parse(text) : undefined;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Body;
  throw missing();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function page<T>(rows: T[], query: URLSearchParams): { rows: T[]; info: object } {
  const number = Number(query.get('page') ?? 1);
  const size = Number(query.get('per_page') ?? 100);
  if (!Number.isInteger(number) || number < 1 || !Number.isInteger(size) || size < 1 || size > 200) {
    throw refusal(400, 'PATTERN_NOT_MATCHED', 'page and per_page must be numbers, per_page at most 200');
  }
  const info = { page: number, per_page: size, has_next_page: rows.length > number * size };
  return { rows: rows.slice((number - 1) * size, number * size), info };
}
