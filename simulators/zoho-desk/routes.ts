import type { Body, EntryRules, RuleOptions } from './entry-rules.js';
import { page, searchTickets, selectEntries, selectTickets } from './lists.js';
import type { DeskAgent, DeskEntry, DeskModel, Module } from './model.js';
import { refusal, urlNotFound } from './refusal.js';
import { renderAgent, renderEntry, renderOrganization, renderTicket, type RenderOptions } from './render.js';

export interface RouteOptions extends RuleOptions, RenderOptions {
  /** Which verb changes an entry; the other one is not allowed. */
  updateVerb: 'documented' | 'PUT' | 'PATCH';
  /** Lists count from 1, and take 0 for it. */
  isOneBased: boolean;
  /** A delete is answered with 204 instead of an empty 200. */
  deletesWith204: boolean;
}

export interface RouteContext {
  model: DeskModel;
  rules: EntryRules;
  options: RouteOptions;
  personId: string;
  agent: DeskAgent;
  module: Module;
  ids: string[];
  method: string;
  query: URLSearchParams;
  text: string;
}

/** The body; `undefined` for "no content", the empty text for an empty answer. */
type Handler = (context: RouteContext) => unknown;

interface Entry {
  handler: Handler;
  /** Any of these is enough. */
  scopes: readonly string[];
  isList?: boolean;
}

const UPDATE = { handler: update, scopes: ['Desk.tickets.UPDATE'] };
const TABLE: Record<string, Entry> = {
  'GET /organizations': { handler: organizations, scopes: ['Desk.basic.READ', 'Desk.settings.READ'] },
  'GET /myinfo': { handler: ({ agent }) => renderAgent(agent), scopes: ['Desk.basic.READ', 'Desk.agents.READ'] },
  'GET /tickets': { handler: tickets(selectTickets), scopes: ['Desk.tickets.READ'], isList: true },
  'GET /tickets/search': { handler: tickets(searchTickets), scopes: ['Desk.search.READ'], isList: true },
  'GET /agents/:id/timeEntry': { handler: agentEntries, scopes: ['Desk.settings.READ'], isList: true },
  'GET /agents/:id/timeEntry/:id': { handler: agentEntry, scopes: ['Desk.settings.READ'] },
  'GET /:module/:id/timeEntry': { handler: parentEntries, scopes: ['Desk.tickets.READ'], isList: true },
  'GET /:module/:id/timeEntry/:id': {
    handler: (context) => renderEntry(context.model, entryIn(context), context.options),
    scopes: ['Desk.tickets.READ'],
  },
  'POST /:module/:id/timeEntry': { handler: create, scopes: ['Desk.tickets.CREATE', 'Desk.tickets.UPDATE'] },
  'PUT /:module/:id/timeEntry/:id': UPDATE,
  'PATCH /:module/:id/timeEntry/:id': UPDATE,
  'DELETE /:module/:id/timeEntry/:id': { handler: remove, scopes: ['Desk.tickets.UPDATE'] },
};

export interface Route extends Entry {
  module: Module;
  ids: string[];
}

const ROUTES = Object.entries(TABLE).map(([key, entry]) => {
  const [method, pattern] = key.split(' ') as [string, string];
  const source = pattern.replace(':module', '(?<module>tickets|tasks)').replaceAll(':id', String.raw`(\d+)`);
  return { method, expression: new RegExp(`^${source}$`), entry };
});

/** @throws Refusal 404 for an unknown path, 405 for another method */
export function findRoute(method: string, path: string): Route {
  const matching = ROUTES.flatMap(({ expression, ...route }) => {
    const match = expression.exec(path);
    return match === null ? [] : [{ ...route, match }];
  });
  if (matching.length === 0) throw urlNotFound();
  const route = matching.find((candidate) => candidate.method === method);
  if (route === undefined) throw notAllowed();
  const module = route.match.groups?.module as Module | undefined;
  const ids = route.match.slice(module === undefined ? 1 : 2);
  return { ...route.entry, module: module ?? 'tickets', ids };
}

const notAllowed = () => refusal(405, 'METHOD_NOT_ALLOWED', 'The HTTP method is not allowed for the URL.');

/** An empty list is "no content". */
const listOf = (rows: object[]): object | undefined => (rows.length === 0 ? undefined : { data: rows });

function organizations({ model, personId }: RouteContext): object | undefined {
  const own = [...model.portals.values()].filter(({ id }) => model.agentOf(personId, id) !== null);
  return listOf(own.map(renderOrganization));
}

function tickets(select: typeof selectTickets): Handler {
  return ({ model, agent, options, query }) => {
    const rows = page(select(model, agent.portalId, query), query, options.isOneBased);
    const hasContact = (query.get('include') ?? '').split(',').includes('contacts');
    return listOf(rows.map((ticket) => renderTicket(ticket, options, hasContact)));
  };
}

function agentEntries(context: RouteContext): object | undefined {
  const { model, agent, ids } = context;
  const isAgent = model.agents.get(ids[0]!)?.portalId === agent.portalId;
  if (!isAgent) throw context.rules.unknown();
  return entries(context, (entry) => entry.ownerId === ids[0]);
}

function parentEntries(context: RouteContext): object | undefined {
  const { agent, module, ids, rules } = context;
  rules.assertParent(agent.portalId, module, ids[0]!);
  return entries(context, (entry) => entry.module === module && entry.parentId === ids[0]);
}

function entries({ model, agent, options, query }: RouteContext, isWanted: (entry: DeskEntry) => boolean) {
  const shown = [...model.entries.values()].filter(
    (entry) =>
      entry.portalId === agent.portalId && isWanted(entry) && (!entry.isTrashed || options.deleted === 'stays'),
  );
  const rows = page(selectEntries(shown, query), query, options.isOneBased);
  return listOf(rows.map((entry) => renderEntry(model, entry, options)));
}

function agentEntry({ model, rules, options, agent, ids }: RouteContext): object {
  const entry = rules.find(agent.portalId, ids[1]!);
  if (entry.ownerId !== ids[0]) throw rules.unknown();
  return renderEntry(model, entry, options);
}

function create({ model, rules, options, agent, module, ids, text }: RouteContext): object {
  return renderEntry(model, rules.create(agent, module, ids[0]!, bodyIn(text), 'api'), options);
}

function update(context: RouteContext): object {
  const { model, rules, options, method, module, text } = context;
  const documented = module === 'tickets' ? 'PUT' : 'PATCH';
  if (method !== (options.updateVerb === 'documented' ? documented : options.updateVerb)) throw notAllowed();
  return renderEntry(model, rules.update(entryIn(context), bodyIn(text), 'api'), options);
}

/** There is none for tasks. */
function remove(context: RouteContext): unknown {
  if (context.module === 'tasks') throw notAllowed();
  context.rules.delete(entryIn(context), 'api');
  return context.options.deletesWith204 ? undefined : '';
}

function entryIn({ rules, agent, module, ids }: RouteContext): DeskEntry {
  const entry = rules.find(agent.portalId, ids[1]!);
  if (entry.module !== module || entry.parentId !== ids[0]) throw rules.unknown();
  return entry;
}

function bodyIn(text: string): Body {
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Body;
  } catch {
    // Refused below.
  }
  throw refusal(400, 'BAD_REQUEST', 'The body is not JSON.');
}
