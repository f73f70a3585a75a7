import { ClockifySimulator } from '../../simulators/clockify/simulator.js';
import { TogglSimulator } from '../../simulators/toggl/simulator.js';

/** An account at a simulated service, as the API is asked to connect it. */
export interface Account {
  provider: string;
  credentials: Record<string, string>;
}

/** A simulated service without quota, in this process: what it holds is written straight into it. */
export interface Service {
  name: string;
  env(): Record<string, string>;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** An account with that many entries, the last of them ended just now. */
  addAccount(entries: number): Account;
}

const MINUTE = 60_000;
/** So that ten thousand entries lie within the three months that can be read at Toggl. */
const EVERY_MINUTES = 10;
const LENGTH_MINUTES = 9;

/** Starts of `count` entries before now, in whole seconds. */
const startsOf = (count: number): number[] => {
  const now = Math.floor(Date.now() / 1000) * 1000;
  return Array.from({ length: count }, (_, index) => now - (index + 1) * EVERY_MINUTES * MINUTE);
};

export function togglService(): Service {
  const toggl = new TogglSimulator({ quota: false });
  return {
    name: 'Toggl',
    env: () => ({ TOGGL_BASE_URL: toggl.url }),
    start: () => toggl.start(),
    stop: () => toggl.stop(),
    addAccount: (count) => {
      const user = toggl.addUser();
      const project = toggl.model.addProject(user.defaultWorkspaceId, { name: 'Website' });
      for (const start of startsOf(count)) {
        const id = toggl.model.nextId();
        toggl.model.entries.set(id, {
          id,
          workspaceId: user.defaultWorkspaceId,
          userId: user.id,
          projectId: project.id,
          taskId: null,
          isBillable: false,
          description: `Ticket ${id}: answer the customer`,
          start: start / 1000,
          stop: start / 1000 + LENGTH_MINUTES * 60,
          duration: LENGTH_MINUTES * 60,
          tagIds: [],
          at: toggl.model.nowMicroseconds(),
          deletedAt: null,
        });
      }
      return { provider: 'toggl', credentials: { api_token: user.token } };
    },
  };
}

export function clockifyService(): Service {
  const clockify = new ClockifySimulator({ quota: false });
  return {
    name: 'Clockify',
    env: () => ({ CLOCKIFY_BASE_URL: clockify.url }),
    start: () => clockify.start(),
    stop: () => clockify.stop(),
    addAccount: (count) => {
      const user = clockify.addUser();
      const project = clockify.model.addProject(user.defaultWorkspaceId, { name: 'Website' });
      for (const start of startsOf(count)) {
        const id = clockify.model.nextId();
        clockify.model.entries.set(id, {
          id,
          workspaceId: user.defaultWorkspaceId,
          userId: user.id,
          description: `Ticket ${id}: answer the customer`,
          projectId: project.id,
          taskId: null,
          tagIds: [],
          isBillable: false,
          start,
          end: start + LENGTH_MINUTES * MINUTE,
          type: 'REGULAR',
          customValues: [],
          isLocked: false,
          isDeleted: false,
        });
      }
      return { provider: 'clockify', credentials: { api_key: user.apiKey } };
    },
  };
}
