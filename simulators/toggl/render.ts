import type {
  TogglClientRow,
  TogglEntry,
  TogglModel,
  TogglProject,
  TogglTag,
  TogglUser,
  TogglWorkspace,
} from './model.js';

/** Writes answer times with `Z`, lists and single reads with `+00:00`. */
export type TimeStyle = 'Z' | '+00:00';

/** Unix seconds as RFC 3339. */
export function renderTime(seconds: number, style: TimeStyle): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', style);
}

/** Microseconds as Go prints them: trailing zeros are dropped. */
export function renderAt(microseconds: number): string {
  const seconds = new Date(Math.floor(microseconds / 1e6) * 1000).toISOString().slice(0, 19);
  const fraction = String(microseconds % 1e6)
    .padStart(6, '0')
    .replace(/0+$/, '');
  return fraction === '' ? `${seconds}Z` : `${seconds}.${fraction}Z`;
}

export function renderEntry(model: TogglModel, entry: TogglEntry, style: TimeStyle, isFresh = false): object {
  const names = entry.tagIds.map((id) => model.tags.get(id)?.name ?? '');
  // Right after the create an entry without tags has null, in every later answer an empty list.
  const isNull = isFresh && names.length === 0;
  return {
    id: entry.id,
    workspace_id: entry.workspaceId,
    project_id: entry.projectId,
    task_id: entry.taskId,
    billable: entry.isBillable,
    start: renderTime(entry.start, style),
    stop: entry.stop === null ? null : renderTime(entry.stop, style),
    duration: entry.duration,
    description: entry.description,
    tags: isNull ? null : names,
    tag_ids: isNull ? null : entry.tagIds,
    duronly: true,
    at: renderAt(entry.at),
    server_deleted_at: entry.deletedAt === null ? null : renderTime(entry.deletedAt, '+00:00'),
    user_id: entry.userId,
    uid: entry.userId,
    wid: entry.workspaceId,
    ...(entry.projectId === null ? {} : { pid: entry.projectId }),
    ...(entry.taskId === null ? {} : { tid: entry.taskId }),
  };
}

/** What `meta=true` adds. */
export function renderMeta(model: TogglModel, entry: TogglEntry, user: TogglUser): object {
  const project = entry.projectId === null ? undefined : model.projects.get(entry.projectId);
  const client = project?.clientId == null ? undefined : model.clients.get(project.clientId);
  const projectFields = {
    ...(client === undefined ? {} : { client_name: client.name }),
    project_name: project?.name,
    project_color: '#0b83d9',
    project_active: project?.isActive,
    project_billable: false,
  };
  return { ...(project === undefined ? {} : projectFields), user_name: user.fullname, user_avatar_url: '' };
}

export function renderUser(user: TogglUser): object {
  return {
    id: user.id,
    api_token: user.token,
    email: user.email,
    fullname: user.fullname,
    timezone: user.timezone,
    toggl_accounts_id: `acc${user.id}`,
    default_workspace_id: user.defaultWorkspaceId,
    beginning_of_week: 1,
    image_url: 'https://secure.gravatar.com/avatar/0?d=404&s=200',
    created_at: '2016-03-20T20:40:08.017845Z',
    updated_at: '2024-11-26T17:13:54.850204Z',
    openid_email: null,
    openid_enabled: true,
    country_id: null,
    has_password: true,
    at: '2024-12-11T17:43:57.206072Z',
    intercom_hash: 'not-for-anybody',
    oauth_providers: ['google'],
    authorization_updated_at: '2024-07-02T14:55:08.008327Z',
  };
}

export function renderWorkspace(workspace: TogglWorkspace): object {
  const required = workspace.requiredFields;
  return {
    id: workspace.id,
    organization_id: workspace.organizationId,
    name: workspace.name,
    premium: false,
    business_ws: false,
    admin: true,
    role: 'admin',
    suspended_at: null,
    server_deleted_at: null,
    default_currency: 'USD',
    rounding: 0,
    rounding_minutes: 0,
    te_constraints: {
      time_entry_constraints_enabled: required.size > 0,
      description_present: required.has('description'),
      project_present: required.has('project'),
      tag_present: required.has('tag'),
      task_present: required.has('task'),
    },
    at: '2024-12-12T11:00:55+00:00',
  };
}

export function renderProject(project: TogglProject): object {
  return {
    id: project.id,
    workspace_id: project.workspaceId,
    client_id: project.clientId,
    name: project.name,
    is_private: false,
    active: project.isActive,
    at: renderTime(Math.floor(project.at / 1e6), '+00:00'),
    created_at: '2017-08-28T10:47:38+00:00',
    server_deleted_at: null,
    color: '#0b83d9',
    billable: false,
    template: null,
    auto_estimates: null,
    recurring: false,
    actual_hours: 0,
    actual_seconds: 0,
    start_date: '2017-08-28',
    status: project.isActive ? 'active' : 'archived',
    wid: project.workspaceId,
    ...(project.clientId === null ? {} : { cid: project.clientId }),
    pinned: false,
  };
}

export const renderClient = (client: TogglClientRow): object => ({
  id: client.id,
  wid: client.workspaceId,
  archived: client.isArchived,
  name: client.name,
  at: renderTime(Math.floor(client.at / 1e6), '+00:00'),
});

export const renderTag = (tag: TogglTag): object => ({
  id: tag.id,
  workspace_id: tag.workspaceId,
  name: tag.name,
  at: renderAt(tag.at),
});
