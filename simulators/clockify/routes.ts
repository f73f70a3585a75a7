import { isAdmin, type Body, type EntryRules } from './entry-rules.js';
import { entriesOfUser, flagOf, pageOf, type Rows } from './lists.js';
import type { ClockifyEntry, ClockifyModel, ClockifyUser, ClockifyWorkspace } from './model.js';
import { notInWorkspace, refusal } from './refusal.js';
import {
  renderClient,
  renderEntry,
  renderHydrated,
  renderMember,
  renderProject,
  renderTag,
  renderTask,
  renderUser,
  renderWorkspace,
} from './render.js';
import { renderWebhook, type Webhooks } from './webhooks.js';

export interface RouteContext {
  model: ClockifyModel;
  rules: EntryRules;
  webhooks: Webhooks;
  user: ClockifyUser;
  /** The one in the path. */
  workspace: ClockifyWorkspace;
  /** The last id in the path; a person's or project's where the path ends in a list. */
  id: string;
  query: URLSearchParams;
  text: string;
  hasWindowQuirk: boolean;
  hasClientNames: boolean;
}

/** A whole answer, one page of a list, or the body of a 200. */
export interface Answer {
  status?: number;
  value?: unknown;
  page?: Rows;
}
type Handler = (context: RouteContext) => Answer;

const ENTRIES = '/workspaces/:wid/time-entries';
const OWN_ENTRIES = '/workspaces/:wid/user/:id/time-entries';

/** The first path that fits is taken, so fixed ones come before those with an id. */
const TABLE: Record<string, Record<string, Handler>> = {
  '/user': { GET: ({ user }) => ({ value: renderUser(user) }) },
  '/workspaces': {
    GET: ({ model, user }) => {
      const own = [...model.workspaces.values()].filter(({ members }) => members.has(user.id));
      return { value: own.map(renderWorkspace) };
    },
  },
  '/workspaces/:wid/users': {
    GET: ({ model, workspace, query }) => {
      const members = [...workspace.members.keys()].map((id) => model.users.get(id)!);
      const status = query.get('status') ?? 'ALL';
      const wanted = members.filter(({ id }) => status === 'ALL' || workspace.members.get(id)!.status === status);
      const hasMemberships = ['ALL', 'WORKSPACE'].includes(query.get('memberships') ?? 'NONE');
      return { page: pageOf(wanted, query, (member) => renderMember(member, workspace, hasMemberships)) };
    },
  },
  '/workspaces/:wid/projects': {
    GET: ({ model, workspace, query, hasClientNames }) => {
      const rows = filtered(model.projects, workspace, flagOf(query, 'archived'));
      return { page: pageOf(rows, query, (project) => renderProject(model, project, hasClientNames)) };
    },
    POST: ({ model, workspace, text }) => {
      const { name, clientId } = bodyOf(text);
      const project = model.addProject(workspace.id, { name: nameOf(name), clientId: (clientId as string) ?? null });
      return { status: 201, value: renderProject(model, project) };
    },
  },
  '/workspaces/:wid/projects/:id/tasks': {
    GET: ({ model, workspace, id, query }) => {
      if (model.projects.get(id)?.workspaceId !== workspace.id) throw notInWorkspace('Project');
      const tasks = [...model.tasks.values()].filter((task) => task.projectId === id);
      const isActive = flagOf(query, 'is-active');
      const wanted = tasks.filter(({ status }) => isActive === null || (status === 'ACTIVE') === isActive);
      return { page: pageOf(wanted, query, renderTask) };
    },
  },
  '/workspaces/:wid/clients': {
    GET: ({ model, workspace, query }) => ({
      page: pageOf(filtered(model.clients, workspace, flagOf(query, 'archived')), query, renderClient),
    }),
  },
  '/workspaces/:wid/tags': {
    GET: ({ model, workspace, query }) => ({
      page: pageOf(filtered(model.tags, workspace, flagOf(query, 'archived') ?? false), query, renderTag),
    }),
    POST: ({ model, workspace, text }) => {
      const name = nameOf(bodyOf(text).name);
      const isTaken = filtered(model.tags, workspace, null).some((tag) => sameName(tag.name, name));
      if (isTaken) throw refusal(400, 501, `Tag with name '${name}' already exists`);
      return { status: 201, value: renderTag(model.addTag(workspace.id, name)) };
    },
  },
  [`${ENTRIES}/status/in-progress`]: {
    GET: ({ model, user, workspace, query }) => {
      const shown = isAdmin(workspace, user) ? undefined : user.id;
      const running = model.entriesOf(workspace.id, shown).filter(({ end }) => end === null);
      const sizes = { defaultSize: 10, largestSize: 1000 };
      return { page: pageOf(running, query, (entry) => renderEntry(model, entry), sizes) };
    },
  },
  [ENTRIES]: {
    POST: ({ model, rules, user, workspace, text }) => ({
      status: 201,
      value: renderEntry(model, rules.create(user, workspace, bodyOf(text), 'api')),
    }),
  },
  [`${ENTRIES}/:id`]: {
    GET: (context) => ({ value: rendererOf(context)(context.rules.get(context.user, context.workspace, context.id)) }),
    PUT: ({ model, rules, user, workspace, id, text }) => ({
      value: renderEntry(model, rules.replace(user, workspace, id, bodyOf(text), 'api')),
    }),
    DELETE: ({ rules, user, workspace, id }) => {
      rules.delete(user, workspace, id, 'api');
      return { status: 204 };
    },
  },
  [OWN_ENTRIES]: {
    GET: (context) => {
      const { model, workspace, user, query, hasWindowQuirk } = context;
      const zone = hasWindowQuirk ? user.timeZone : null;
      const entries = entriesOfUser(model, workspace, personOf(context), query, zone);
      return { page: pageOf(entries, query, rendererOf(context)) };
    },
    PATCH: (context) => {
      const { model, rules, workspace, text } = context;
      return { value: renderEntry(model, rules.stop(personOf(context), workspace, bodyOf(text), 'api')) };
    },
  },
  '/workspaces/:wid/webhooks': {
    GET: ({ webhooks, workspace }) => {
      const rows = webhooks.list(workspace);
      return { value: { workspaceWebhookCount: rows.length, webhooks: rows.map(renderWebhook) } };
    },
    POST: ({ webhooks, user, workspace, text }) => ({
      status: 201,
      value: renderWebhook(webhooks.create(user, workspace, bodyOf(text))),
    }),
  },
  '/workspaces/:wid/webhooks/:id': {
    GET: ({ webhooks, user, workspace, id }) => ({ value: renderWebhook(webhooks.get(user, workspace, id)) }),
    DELETE: ({ webhooks, user, workspace, id }) => {
      webhooks.all.delete(webhooks.get(user, workspace, id).id);
      return { status: 204 };
    },
  },
};

export interface Route {
  handler: Handler;
  workspaceId: string | null;
  id: string;
}

const ROUTES = Object.entries(TABLE).map(([path, handlers]) => {
  const pattern = path.replace(':wid', '(?<wid>[^/]+)').replace(':id', '(?<id>[^/]+)');
  return { pattern: new RegExp(`^${pattern}$`), handlers };
});

/** @throws Refusal for an address or a verb that does not exist, both with the framework's generic code */
export function findRoute(method: string, path: string): Route {
  for (const { pattern, handlers } of ROUTES) {
    const match = pattern.exec(path);
    if (match === null) continue;
    const handler = handlers[method];
    if (handler === undefined) {
      const allow = Object.keys(handlers).join(', ');
      throw refusal(405, 3000, `Request method '${method}' is not supported`, { allow });
    }
    return { handler, workspaceId: match.groups?.wid ?? null, id: match.groups?.id ?? '' };
  }
  throw refusal(404, 3000, `No static resource v1${path}.`);
}

/** The person in the path: oneself, or anybody for an administrator. */
function personOf({ model, workspace, user, id }: RouteContext): ClockifyUser {
  const person = model.users.get(id);
  if (person === undefined || !workspace.members.has(id)) throw notInWorkspace('User');
  if (id !== user.id && !isAdmin(workspace, user)) throw refusal(403, 403, 'Access Denied');
  return person;
}

const rendererOf = ({ model, query, hasClientNames }: RouteContext): ((entry: ClockifyEntry) => object) =>
  query.get('hydrated') === 'true'
    ? (entry) => renderHydrated(model, entry, hasClientNames)
    : (entry) => renderEntry(model, entry);

function filtered<T extends { workspaceId: string; isArchived: boolean }>(
  rows: Map<string, T>,
  workspace: ClockifyWorkspace,
  isArchived: boolean | null,
): T[] {
  return [...rows.values()]
    .filter((row) => row.workspaceId === workspace.id)
    .filter((row) => isArchived === null || row.isArchived === isArchived);
}

const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

function nameOf(value: unknown): string {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= 100) return value;
  throw refusal(400, 501, 'name: size must be between 1 and 100');
}

function bodyOf(text: string): Body {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Body;
  } catch {
    // Answered like any other body that is no object.
  }
  throw refusal(400, 3000, 'Required request body is missing or malformed');
}
