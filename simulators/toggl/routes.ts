import { parseBigJson } from '../support/big-json.js';
import { listEntries } from './entry-queries.js';
import type { EntryRules } from './entry-rules.js';
import { toId } from './entry-rules.js';
import type { Body } from './entry-times.js';
import type { TogglModel, TogglUser, TogglWorkspace } from './model.js';
import { refusal } from './refusal.js';
import {
  renderClient,
  renderEntry,
  renderMeta,
  renderProject,
  renderTag,
  renderUser,
  renderWorkspace,
} from './render.js';

export interface RouteContext {
  model: TogglModel;
  rules: EntryRules;
  user: TogglUser;
  /** The one in the path. */
  workspace: TogglWorkspace | null;
  /** The other parts of the path that are ids. */
  ids: bigint[];
  query: URLSearchParams;
  text: string;
  historyDays: number;
  quotaOverview: () => object[];
}

/** What is answered with 200; `undefined` is an empty body. */
type Handler = (context: RouteContext) => unknown;

const PROJECTS_PER_PAGE = 151;
const MOST_PROJECTS_PER_PAGE = 200;
const ENTRIES = '/workspaces/:wid/time_entries';

const TABLE: Record<string, Handler> = {
  'GET /me': ({ model, user, query }) =>
    query.get('with_related_data') === 'true' ? withRelatedData(model, user) : renderUser(user),
  'GET /me/logged': () => undefined,
  'GET /me/quota': ({ quotaOverview }) => quotaOverview(),
  'GET /me/workspaces': ({ model, user }) => workspacesOf(model, user).map(renderWorkspace),
  'GET /workspaces': ({ model, user }) => workspacesOf(model, user).map(renderWorkspace),
  'GET /me/projects': ({ model, user, query }) =>
    [...model.projects.values()]
      .filter((project) => isMember(model, user, project.workspaceId))
      .filter((project) => project.isActive || query.get('include_archived') === 'true')
      .map(renderProject),
  'GET /me/clients': ({ model, user }) =>
    [...model.clients.values()].filter((client) => isMember(model, user, client.workspaceId)).map(renderClient),
  'GET /me/tags': ({ model, user }) =>
    [...model.tags.values()].filter((tag) => isMember(model, user, tag.workspaceId)).map(renderTag),
  'GET /me/time_entries': listOwnEntries,
  'GET /me/time_entries/current': ({ model, user }) => {
    const running = model.runningEntryOf(user.id);
    return running === undefined ? null : renderEntry(model, running, '+00:00');
  },
  'GET /me/time_entries/:id': ({ model, user, ids }) => {
    const entry = model.entries.get(ids[0]!);
    const isVisible = entry?.userId === user.id && entry.deletedAt === null;
    if (!isVisible) throw refusal(404, 'Resource can not be found');
    return renderEntry(model, entry, '+00:00');
  },
  'GET /workspaces/:wid': ({ workspace }) => renderWorkspace(workspace!),
  'GET /workspaces/:wid/projects': listProjects,
  'POST /workspaces/:wid/projects': ({ model, workspace, text }) => {
    const { name, client_id: clientId, active } = parseBody(text);
    if (typeof name !== 'string' || name === '') throw refusal(400, "Project name can't be blank");
    return renderProject(
      model.addProject(workspace!.id, { name, clientId: toId(clientId), isActive: active !== false }),
    );
  },
  'GET /workspaces/:wid/projects/:id': ({ model, workspace, ids }) => {
    const project = model.projects.get(ids[0]!);
    if (project?.workspaceId !== workspace!.id) throw refusal(404, 'Resource can not be found');
    return renderProject(project);
  },
  'GET /workspaces/:wid/clients': listClients,
  'POST /workspaces/:wid/clients': ({ model, workspace, text }) => {
    const { name } = parseBody(text);
    if (typeof name !== 'string' || name === '') throw refusal(400, 'Client name cannot be empty');
    return renderClient(model.addClient(workspace!.id, name));
  },
  'GET /workspaces/:wid/tags': ({ model, workspace }) =>
    [...model.tags.values()].filter((tag) => tag.workspaceId === workspace!.id).map(renderTag),
  'POST /workspaces/:wid/tags': ({ model, workspace, text }) => {
    const { name } = parseBody(text);
    if (typeof name !== 'string' || name.trim() === '') throw refusal(400, "tag name can't be blank");
    if (model.findTag(workspace!.id, name) !== undefined) {
      throw refusal(400, `a tag with the name '${name}' already exists`);
    }
    return [renderTag(model.tagNamed(workspace!.id, name))];
  },
  [`POST ${ENTRIES}`]: ({ model, rules, user, workspace, text }) =>
    renderEntry(model, rules.create(user, workspace!, parseBody(text), 'api'), 'Z', true),
  [`PUT ${ENTRIES}/:id`]: ({ model, rules, user, workspace, ids, text }) =>
    renderEntry(model, rules.update(user, workspace!, ids[0]!, parseBody(text), 'api'), 'Z'),
  [`PATCH ${ENTRIES}/:id/stop`]: ({ model, rules, user, workspace, ids }) =>
    renderEntry(model, rules.stop(user, workspace!, ids[0]!, 'api'), 'Z'),
  [`PATCH ${ENTRIES}/:ids`]: ({ rules, user, workspace, ids, text }) =>
    rules.patchMany(user, workspace!, ids, parseJson(text)),
  [`DELETE ${ENTRIES}/:id`]: ({ rules, user, workspace, ids }) => {
    rules.delete(user, workspace!, ids[0]!, 'api');
  },
};

export interface Route {
  handler: Handler;
  workspaceId: bigint | null;
  ids: bigint[];
}

const ROUTES = Object.entries(TABLE).map(([key, handler]) => {
  const [method, path] = key.split(' ') as [string, string];
  const pattern = path
    .replace(':wid', String.raw`(?<wid>\d+)`)
    .replace(':ids', String.raw`(?<ids>\d+(?:,\d+)*)`)
    .replace(':id', String.raw`(?<ids>\d+)`);
  return { method, pattern: new RegExp(`^${pattern}$`), handler };
});

export function findRoute(method: string, path: string): Route | null {
  for (const { pattern, handler, ...route } of ROUTES) {
    const match = route.method === method ? pattern.exec(path) : null;
    if (match === null) continue;
    const { wid, ids } = match.groups ?? {};
    return { handler, workspaceId: wid === undefined ? null : BigInt(wid), ids: (ids?.split(',') ?? []).map(BigInt) };
  }
  return null;
}

export const workspacesOf = (model: TogglModel, user: TogglUser): TogglWorkspace[] =>
  [...model.workspaces.values()].filter(({ memberIds }) => memberIds.has(user.id));

const isMember = (model: TogglModel, user: TogglUser, workspaceId: bigint): boolean =>
  model.workspaces.get(workspaceId)?.memberIds.has(user.id) ?? false;

function parseJson(text: string): unknown {
  try {
    return parseBigJson(text);
  } catch {
    throw refusal(400, 'Invalid JSON input');
  }
}

function parseBody(text: string): Body {
  const value = parseJson(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Body;
  throw refusal(400, 'Invalid JSON input');
}

function listOwnEntries({ model, user, query, historyDays }: RouteContext): object[] {
  const entries = listEntries(model, user, query, historyDays);
  return entries.map((entry) => ({
    ...renderEntry(model, entry, '+00:00'),
    ...(query.get('meta') === 'true' ? renderMeta(model, entry, user) : {}),
  }));
}

function listProjects({ model, workspace, query }: RouteContext): object[] {
  const perPage = Number(query.get('per_page') ?? PROJECTS_PER_PAGE);
  const page = Number(query.get('page') ?? 1);
  if (!Number.isInteger(perPage) || perPage < 1 || perPage > MOST_PROJECTS_PER_PAGE) {
    throw refusal(400, 'Invalid per_page');
  }
  const active = query.get('active') ?? 'true';
  return [...model.projects.values()]
    .filter((project) => project.workspaceId === workspace!.id)
    .filter((project) => active === 'both' || String(project.isActive) === active)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .slice((page - 1) * perPage, page * perPage)
    .map(renderProject);
}

function listClients({ model, workspace, query }: RouteContext): object[] {
  const status = query.get('status') ?? 'active';
  if (!['active', 'archived', 'both'].includes(status)) throw refusal(400, 'Client status is invalid');
  return [...model.clients.values()]
    .filter((client) => client.workspaceId === workspace!.id)
    .filter((client) => status === 'both' || client.isArchived === (status === 'archived'))
    .map(renderClient);
}

function withRelatedData(model: TogglModel, user: TogglUser): object {
  const of = <T extends { workspaceId: bigint }>(rows: Map<bigint, T>): T[] =>
    [...rows.values()].filter((row) => isMember(model, user, row.workspaceId));
  const orNull = (rows: object[]): object[] | null => (rows.length === 0 ? null : rows);
  return {
    ...renderUser(user),
    clients: orNull(of(model.clients).map(renderClient)),
    projects: orNull(of(model.projects).map(renderProject)),
    tags: orNull(of(model.tags).map(renderTag)),
    tasks: null,
    time_entries: orNull(
      listEntries(model, user, new URLSearchParams(), 1e6).map((entry) => renderEntry(model, entry, '+00:00')),
    ),
    workspaces: orNull(workspacesOf(model, user).map(renderWorkspace)),
  };
}
