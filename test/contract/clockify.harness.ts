import { expect } from 'vitest';
import { Secret } from '../../src/common/secret.js';
import type { Connection } from '../../src/integrations/contract/provider.js';
import { ClockifyProvider } from '../../src/integrations/providers/clockify/clockify.provider.js';
import type { RecordedCall } from '../../simulators/support/http-simulator.js';
import type { ClockifyUser } from '../../simulators/clockify/model.js';
import { ClockifySimulator } from '../../simulators/clockify/simulator.js';
import { playPages, type Harness, type HarnessOptions, type PagePlay, type ProviderUnderContract } from './harness.js';

export const clockify: ProviderUnderContract = {
  name: 'Clockify',
  pageSize: 1000,
  unknownId: '64c777ddd3fcab07cfbb210c',
  hasNumericIds: false,
  credentialHeader: 'x-api-key',
  timer: { stop: { reads: 1, writes: ['PATCH'] }, nothingRuns: '[]' },
  resolution: 1000,
  needsProject: false,
  hasTags: true,
  hasClients: true,
  hasHistoryLimit: false,
  hasChanges: false,
  start,
};

async function start(options: HarnessOptions): Promise<Harness> {
  const simulator = new ClockifySimulator({ now: () => options.clock.now().getTime() });
  await simulator.start();
  return accountAt(simulator, options);
}

function accountAt(simulator: ClockifySimulator, options: HarnessOptions): Harness {
  const { http, clock, quotas } = options;
  const user = simulator.addUser();
  const workspaceId = user.defaultWorkspaceId;
  const other = simulator.model.addWorkspace({ name: 'Other', members: { [user.id]: 'MEMBER' } });
  const connection = connectionOf(user);
  const clients = new Map<string, string>();
  const clientNamed = (name: string): string => {
    const id = clients.get(name) ?? simulator.model.addClient(workspaceId, name).id;
    clients.set(name, id);
    return id;
  };
  const entries: PagePlay = {
    size: 1000,
    rowOf: (id) => ({
      id: idText(id),
      workspaceId,
      userId: user.id,
      timeInterval: { start: '2026-03-02T09:00:00Z', end: '2026-03-02T10:00:00Z', duration: 'PT1H' },
    }),
  };
  return {
    simulator,
    another: () => Promise.resolve(accountAt(simulator, options)),
    environment: { CLOCKIFY_BASE_URL: simulator.url },
    provider: new ClockifyProvider({ http, clock, quotas, baseUrl: simulator.url }),
    connection,
    otherConnection: connectionOf(user, other.id),
    credentials: { wrong: { api_key: new Secret('a-key-that-nobody-has') }, refusal: 'Api key does not exist' },
    addProject: (name, { isArchived, client } = {}) => {
      const clientId = client === undefined ? null : clientNamed(client);
      return simulator.model.addProject(workspaceId, { name, clientId, isArchived }).id;
    },
    startElsewhere: (entry, where = connection) =>
      simulator.startInApp({ user, workspaceId: where.workspaceId, ...entry }),
    stopElsewhere: (id, at) => simulator.stopInApp(id, at),
    deleteElsewhere: (id) => simulator.deleteInApp(id),
    renameElsewhere: (id, description) => simulator.editInApp(id, { description }),
    moveElsewhere: (id, times) => simulator.editInApp(id, times),
    held: (id) => heldEntry(simulator, id),
    heldIds: () => simulator.model.entriesOf(workspaceId, user.id).map(({ id }) => id),
    createdCount: () => simulator.ledger.created.length,
    assertWellFormed: (call) => assertWellFormed(call, user),
    exhaustQuota: (seconds) =>
      simulator.faults.add({
        times: Infinity,
        action: {
          status: 429,
          headers: { 'retry-after': String(seconds) },
          body: '{"message":"Too Many Requests","code":429}',
        },
      }),
    repeatProjectsPage: () =>
      playPages(simulator, { size: 200, rowOf: (id) => ({ id: idText(id), name: `P${id}`, archived: false }) }),
    repeatEntriesPage: () => playPages(simulator, entries),
    inventEntries: () => playPages(simulator, { ...entries, isSame: false }),
  };
}

export const connectionOf = (user: ClockifyUser, workspaceId = user.defaultWorkspaceId): Connection => ({
  integrationId: 1,
  region: null,
  credentials: { api_key: new Secret(user.apiKey) },
  workspaceId,
  accountId: user.id,
  settings: {},
});

const idText = (number: number): string => number.toString(16).padStart(24, '0');

function heldEntry(simulator: ClockifySimulator, id: string): ReturnType<Harness['held']> {
  const entry = simulator.entry(id);
  if (entry === undefined || entry.isDeleted) return null;
  return {
    description: entry.description,
    projectExternalId: entry.projectId,
    tags: entry.tagIds.map((tagId) => simulator.model.tags.get(tagId)!.name),
    isBillable: entry.isBillable,
    start: new Date(entry.start),
    end: entry.end === null ? null : new Date(entry.end),
  };
}

function assertWellFormed(call: RecordedCall, user: ClockifyUser): void {
  expect(call.headers['x-api-key']).toBe(user.apiKey);
  expect(call.headers.authorization).toBeUndefined();
  expect(call.headers['content-type']).toBe('application/json');
  expect(call.headers['user-agent']).toMatch(/^Timesheet\//);
  expect(call.path + call.query.toString()).not.toContain(user.apiKey);
  for (const name of ['start', 'end']) {
    const time = call.query.get(name);
    if (time !== null) expect(time).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/);
  }
  if (call.body === '') return;
  const body = JSON.parse(call.body) as Record<string, unknown>;
  for (const name of ['start', 'end']) {
    if (body[name] !== undefined) expect(body[name]).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/);
  }
  if (call.method === 'PUT') {
    expect(Object.keys(body)).toEqual(expect.arrayContaining(['start', 'description', 'tagIds', 'billable']));
  }
}
