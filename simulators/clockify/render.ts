import { DateTime } from 'luxon';
import type {
  ClockifyClientRow,
  ClockifyEntry,
  ClockifyModel,
  ClockifyProject,
  ClockifyTag,
  ClockifyTask,
  ClockifyUser,
  ClockifyWorkspace,
} from './model.js';

export const renderTime = (time: number): string => new Date(time).toISOString().replace('.000Z', 'Z');

/** ISO 8601 in hours, minutes and seconds, without empty parts. */
export function renderDuration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  const parts: [number, string][] = [
    [Math.floor(seconds / 3600), 'H'],
    [Math.floor(seconds / 60) % 60, 'M'],
    [seconds % 60, 'S'],
  ];
  const filled = parts.filter(([figure]) => figure !== 0).map(([figure, unit]) => `${figure}${unit}`);
  return `PT${filled.length === 0 ? '0S' : filled.join('')}`;
}

const renderInterval = ({ start, end }: ClockifyEntry): object => ({
  start: renderTime(start),
  end: end === null ? null : renderTime(end),
  duration: end === null ? null : renderDuration(end - start),
});

function common(model: ClockifyModel, entry: ClockifyEntry): object {
  return {
    id: entry.id,
    description: entry.description,
    userId: entry.userId,
    billable: entry.isBillable,
    workspaceId: entry.workspaceId,
    timeInterval: renderInterval(entry),
    customFieldValues: entry.customValues.map(({ customFieldId, value }) => ({
      customFieldId,
      timeEntryId: entry.id,
      name: model.customFields.get(customFieldId)?.name,
      type: 'TXT',
      value,
    })),
    type: entry.type,
    kioskId: null,
    hourlyRate: null,
    costRate: null,
    isLocked: entry.isLocked,
  };
}

export function renderEntry(model: ClockifyModel, entry: ClockifyEntry): object {
  const { projectId, taskId, tagIds } = entry;
  return { ...common(model, entry), projectId, taskId, tagIds };
}

/** With the things themselves in place of their ids. */
export function renderHydrated(model: ClockifyModel, entry: ClockifyEntry, hasClientNames = true): object {
  const project = entry.projectId === null ? undefined : model.projects.get(entry.projectId);
  const task = entry.taskId === null ? undefined : model.tasks.get(entry.taskId);
  return {
    ...common(model, entry),
    project: project === undefined ? null : renderProject(model, project, hasClientNames),
    task: task === undefined ? null : renderTask(task),
    tags: entry.tagIds.map((id) => renderTag(model.tags.get(id)!)),
  };
}

/** The flat body of a webhook delivery: the entry with both ids and things, a richer interval, and no envelope. */
export function renderDelivery(model: ClockifyModel, entry: ClockifyEntry): object {
  const user = model.users.get(entry.userId)!;
  const zoned = (time: number | null): DateTime | null =>
    time === null ? null : DateTime.fromMillis(time, { zone: user.timeZone });
  const [start, end] = [zoned(entry.start)!, zoned(entry.end)];
  const seconds = (time: DateTime | null): number | null => (time === null ? null : time.offset * 60);
  const wallClock = (time: DateTime | null): string | null => time?.toFormat("yyyy-MM-dd'T'HH:mm:ss") ?? null;
  const { project, task, tags } = renderHydrated(model, entry) as Record<'project' | 'task' | 'tags', unknown>;
  return {
    ...common(model, entry),
    projectId: entry.projectId,
    timeInterval: {
      ...renderInterval(entry),
      timeZone: user.timeZone,
      offsetStart: seconds(start),
      offsetEnd: seconds(end),
      zonedStart: wallClock(start),
      zonedEnd: wallClock(end),
    },
    currentlyRunning: entry.end === null,
    project,
    task,
    user: { id: user.id, name: user.name, status: user.status },
    tags,
  };
}

export const renderUser = (user: ClockifyUser): object => ({
  id: user.id,
  email: user.email,
  name: user.name,
  memberships: [],
  profilePicture: 'https://img.clockify.me/no-user-image.png',
  activeWorkspace: user.defaultWorkspaceId,
  defaultWorkspace: user.defaultWorkspaceId,
  settings: { weekStart: 'MONDAY', timeZone: user.timeZone, timeFormat: 'HOUR24', dateFormat: 'DD/MM/YYYY' },
  status: user.status,
  customFields: [],
});

/** As the workspace lists its people: with their membership where that is asked for. */
export function renderMember(user: ClockifyUser, workspace: ClockifyWorkspace, hasMemberships: boolean): object {
  const membership = {
    userId: user.id,
    targetId: workspace.id,
    membershipType: 'WORKSPACE',
    membershipStatus: workspace.members.get(user.id)!.status,
    hourlyRate: null,
    costRate: null,
  };
  return { ...renderUser(user), memberships: hasMemberships ? [membership] : [] };
}

export const renderWorkspace = (workspace: ClockifyWorkspace): object => ({
  id: workspace.id,
  name: workspace.name,
  hourlyRate: { amount: 0, currency: 'USD' },
  memberships: [...workspace.members].map(([userId, { status }]) => ({
    userId,
    targetId: workspace.id,
    membershipType: 'WORKSPACE',
    membershipStatus: status,
  })),
  workspaceSettings: { forceProjects: workspace.requiresProject, timeRoundingInReports: false },
  imageUrl: '',
  featureSubscriptionType: workspace.plan,
  subdomain: { name: null, enabled: false },
  currencies: [],
});

export function renderProject(model: ClockifyModel, project: ClockifyProject, hasClientName = true): object {
  const client = project.clientId === null ? '' : (model.clients.get(project.clientId)?.name ?? '');
  return {
    id: project.id,
    name: project.name,
    workspaceId: project.workspaceId,
    clientId: project.clientId ?? '',
    ...(hasClientName ? { clientName: client } : {}),
    billable: true,
    color: '#03A9F4',
    archived: project.isArchived,
    public: true,
    template: false,
    note: '',
    duration: 'PT0S',
    memberships: [],
    estimate: { estimate: 'PT0S', type: 'AUTO' },
    hourlyRate: null,
    costRate: null,
  };
}

export const renderTask = (task: ClockifyTask): object => ({
  id: task.id,
  name: task.name,
  projectId: task.projectId,
  status: task.status,
  assigneeIds: [],
  estimate: 'PT0S',
  duration: 'PT0S',
  billable: true,
});

export const renderTag = (tag: ClockifyTag): object => ({
  id: tag.id,
  name: tag.name,
  workspaceId: tag.workspaceId,
  archived: tag.isArchived,
});

export const renderClient = (client: ClockifyClientRow): object => ({
  id: client.id,
  name: client.name,
  email: null,
  address: null,
  note: null,
  archived: client.isArchived,
  workspaceId: client.workspaceId,
  currencyId: null,
});
