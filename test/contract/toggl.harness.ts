import { expect } from 'vitest';
import { Secret } from '../../src/common/secret.js';
import type { Connection } from '../../src/integrations/contract/provider.js';
import { TogglProvider } from '../../src/integrations/providers/toggl/toggl.provider.js';
import type { RecordedCall } from '../../simulators/support/http-simulator.js';
import type { TogglUser } from '../../simulators/toggl/model.js';
import { TogglSimulator } from '../../simulators/toggl/simulator.js';
import { playPages, type Harness, type HarnessOptions, type PagePlay, type ProviderUnderContract } from './harness.js';

const BEYOND_2_53 = 9_007_199_254_740_993n;

export const toggl: ProviderUnderContract = {
  name: 'Toggl',
  pageSize: 1000,
  unknownId: '999',
  hasNumericIds: true,
  credentialHeader: 'authorization',
  timer: { stop: { reads: 0, writes: ['PATCH', 'PUT'] }, nothingRuns: 'null' },
  resolution: 1000,
  needsProject: false,
  hasTags: true,
  hasClients: true,
  hasHistoryLimit: true,
  hasChanges: true,
  start,
};

async function start(options: HarnessOptions): Promise<Harness> {
  const simulator = new TogglSimulator({
    now: () => options.clock.now().getTime(),
    firstId: options.hasHugeIds === true ? BEYOND_2_53 : undefined,
  });
  await simulator.start();
  return accountAt(simulator, options);
}

function accountAt(simulator: TogglSimulator, options: HarnessOptions): Harness {
  const { http, clock, quotas } = options;
  const user = simulator.addUser();
  const other = simulator.model.addWorkspace({ name: 'Other', members: [user] });
  const connection = connectionOf(user, user.defaultWorkspaceId);
  const clients = new Map<string, bigint>();
  const workspaceId = user.defaultWorkspaceId;
  const clientNamed = (name: string): bigint => {
    const id = clients.get(name) ?? simulator.model.addClient(workspaceId, name).id;
    clients.set(name, id);
    return id;
  };
  const entries: PagePlay = {
    size: 1000,
    rowOf: (id) => ({
      id,
      workspace_id: Number(workspaceId),
      user_id: Number(user.id),
      start: '2026-03-02T09:00:00+00:00',
      stop: '2026-03-02T10:00:00+00:00',
      duration: 3600,
    }),
  };
  return {
    simulator,
    another: () => Promise.resolve(accountAt(simulator, options)),
    environment: { TOGGL_BASE_URL: simulator.url },
    provider: new TogglProvider({ http, clock, quotas, baseUrl: simulator.url }),
    connection,
    otherConnection: connectionOf(user, other.id),
    credentials: {
      wrong: { api_token: new Secret('0123456789abcdef0123456789abcdef') },
      refusal: 'Incorrect username and/or password',
    },
    addProject: (name, { isArchived = false, client } = {}) => {
      const clientId = client === undefined ? null : clientNamed(client);
      return simulator.model.addProject(workspaceId, { name, clientId, isActive: !isArchived }).id.toString();
    },
    startElsewhere: (entry, where = connection) =>
      simulator.startInApp({ user, workspaceId: BigInt(where.workspaceId), ...entry }),
    stopElsewhere: (id, at) => simulator.stopInApp(id, at),
    deleteElsewhere: (id) => simulator.deleteInApp(id),
    renameElsewhere: (id, description) => simulator.editInApp(id, { description }),
    moveElsewhere: (id, times) => simulator.editInApp(id, times),
    held: (id) => heldEntry(simulator, id),
    heldIds: () => {
      const entries = simulator.model.entriesOf(user.id).filter(({ deletedAt }) => deletedAt === null);
      return entries.map(({ id }) => id.toString());
    },
    createdCount: () => simulator.ledger.created.length,
    assertWellFormed: (call) => assertWellFormed(call, user),
    exhaustQuota: (seconds) =>
      simulator.faults.add({
        times: Infinity,
        action: {
          status: 402,
          headers: { 'x-toggl-quota-remaining': '0', 'x-toggl-quota-resets-in': String(seconds) },
          body: `You have hit your hourly limit for API calls. The quota will reset in ${seconds} seconds.`,
        },
      }),
    repeatProjectsPage: () =>
      playPages(simulator, { size: 200, rowOf: (id) => ({ id, name: `P${id}`, active: true }) }),
    repeatEntriesPage: () => playPages(simulator, entries),
    inventEntries: () => playPages(simulator, { ...entries, isSame: false }),
  };
}

const connectionOf = (user: TogglUser, workspaceId: bigint): Connection => ({
  integrationId: 1,
  region: null,
  credentials: { api_token: new Secret(user.token) },
  workspaceId: workspaceId.toString(),
  accountId: user.id.toString(),
  settings: {},
});

function heldEntry(simulator: TogglSimulator, id: string): ReturnType<Harness['held']> {
  const entry = simulator.entry(id);
  if (entry === undefined || entry.deletedAt !== null) return null;
  return {
    description: entry.description ?? '',
    projectExternalId: entry.projectId?.toString() ?? null,
    tags: entry.tagIds.map((tagId) => simulator.model.tags.get(tagId)!.name),
    isBillable: entry.isBillable,
    start: new Date(entry.start * 1000),
    end: entry.stop === null ? null : new Date(entry.stop * 1000),
  };
}

function assertWellFormed(call: RecordedCall, user: TogglUser): void {
  const basic = Buffer.from(`${user.token}:api_token`).toString('base64');
  expect(call.headers.authorization).toBe(`Basic ${basic}`);
  expect(call.headers['content-type']).toBe('application/json');
  expect(call.headers['user-agent']).toMatch(/^Timesheet\//);
  expect(call.path + call.query.toString()).not.toContain(user.token);
  if (call.body === '') return;
  const workspace = /^\/workspaces\/(\d+)/.exec(call.path)![1]!;
  expect(call.body).toContain(`"workspace_id":${workspace},`);
  if (call.method === 'POST') expect(call.body).toContain('"created_with":"Timesheet"');
}
