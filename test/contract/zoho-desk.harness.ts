import { expect } from 'vitest';
import { Secret } from '../../src/common/secret.js';
import type { Connection } from '../../src/integrations/contract/provider.js';
import type { RecordedCall } from '../../simulators/support/http-simulator.js';
import { ZohoDeskSimulator } from '../../simulators/zoho-desk/simulator.js';
import { deskBefore, deskConnection } from '../support/zoho-desk.js';
import { MemoryAccessTokens } from '../support/memory-access-tokens.js';
import { fetchFirstToken } from '../support/zoho.js';
import { playPages, type Harness, type HarnessOptions, type PagePlay, type ProviderUnderContract } from './harness.js';

const BEYOND_2_53 = 9_007_199_254_740_993n;

export const zohoDesk: ProviderUnderContract = {
  name: 'Zoho Desk',
  pageSize: 100,
  unknownId: 'tickets:424242:999',
  unknownProjectId: '424242',
  hasNumericIds: true,
  credentialHeader: 'authorization',
  timer: null,
  resolution: 1000,
  needsProject: true,
  hasTags: false,
  hasClients: true,
  hasHistoryLimit: false,
  hasChanges: false,
  start,
};

async function start(options: HarnessOptions): Promise<Harness> {
  const simulator = new ZohoDeskSimulator({
    now: () => options.clock.now().getTime(),
    firstId: options.hasHugeIds === true ? BEYOND_2_53 : undefined,
  });
  await simulator.start();
  return accountAt(simulator, options);
}

async function accountAt(simulator: ZohoDeskSimulator, options: HarnessOptions): Promise<Harness> {
  const account = simulator.addAccount();
  const other = simulator.model.addPortal('Other');
  const otherAgent = simulator.model.addAgent(other, account.agent.personId);
  const connection = deskConnection(account);
  const { credentials } = connection;
  const accessTokens = new MemoryAccessTokens();
  const { provider } = deskBefore(simulator, { ...options, accessTokens });
  // Names of tickets begin with their numbers, which an agent need not be allowed to see.
  simulator.odd.hidesTicketNumber = true;
  // The calls that are counted are those after the first token.
  await fetchFirstToken(simulator, options.clock, accessTokens, credentials);
  simulator.calls.length = 0;
  const agentOf = ({ accountId }: Connection) => simulator.model.agents.get(accountId)!;
  const page = { size: 100, wrap: (rows: object[]) => ({ data: rows }) };
  const entries: PagePlay = {
    ...page,
    rowOf: (id) => ({
      id: String(id),
      parent: { id: '1', type: 'TICKETS' },
      ownerId: account.agent.id,
      executedTime: '2026-03-02T09:00:00.000Z',
      hoursSpent: '1',
    }),
  };
  return {
    simulator,
    another: () => accountAt(simulator, options),
    environment: { ZOHO_ACCOUNTS_URL: simulator.url, ZOHO_DESK_URL: simulator.url },
    provider,
    connection,
    otherConnection: { ...connection, workspaceId: other.id, accountId: otherAgent.id },
    credentials: { wrong: { ...credentials, refresh_token: new Secret('1000.wrong.wrong') }, refusal: 'invalid_code' },
    addProject: (name, { isArchived = false, client = null as string | null } = {}) =>
      simulator.model.addTicket(account.agent, name, { isClosed: isArchived, accountName: client }).id,
    startElsewhere: ({ start, stop, description = 'Elsewhere' }, where = connection) => {
      const agent = agentOf(where);
      const parentId = simulator.model.addTicket(agent, 'Elsewhere').id;
      const seconds = Math.round((stop!.getTime() - start.getTime()) / 1000);
      return `tickets:${parentId}:${simulator.logInApp({ agent, parentId, start, seconds, description })}`;
    },
    stopElsewhere: () => expect.unreachable(),
    deleteElsewhere: (id) => simulator.deleteInApp(entryIdOf(id)),
    renameElsewhere: (id, description) => simulator.editInApp(entryIdOf(id), { description }),
    moveElsewhere: (id, times) => simulator.moveInApp(entryIdOf(id), times),
    held: (id) => heldEntry(simulator, id),
    heldIds: () => {
      const entries = [...simulator.model.entries.values()].filter(({ ownerId }) => ownerId === account.agent.id);
      return entries
        .filter(({ isTrashed }) => !isTrashed)
        .map((entry) => `${entry.module}:${entry.parentId}:${entry.id}`);
    },
    createdCount: () => simulator.ledger.created.length,
    assertWellFormed: (call) => assertWellFormed(call, connection.workspaceId),
    exhaustQuota: (seconds) =>
      simulator.faults.add({
        times: Infinity,
        action: {
          status: 429,
          headers: { 'retry-after': String(seconds) },
          body: '{"errorCode":"THRESHOLD_EXCEEDED","message":"You have exceeded the API credits of the day."}',
        },
      }),
    repeatProjectsPage: () => playPages(simulator, { ...page, rowOf: (id) => ({ id: String(id), subject: 'T' }) }),
    repeatEntriesPage: () => playPages(simulator, entries),
    inventEntries: () => playPages(simulator, { ...entries, isSame: false }),
  };
}

const entryIdOf = (externalId: string): string => externalId.split(':')[2]!;

function heldEntry(simulator: ZohoDeskSimulator, externalId: string): ReturnType<Harness['held']> {
  const entry = simulator.entry(entryIdOf(externalId));
  if (entry === null) return null;
  const seconds = entry.hours * 3600 + entry.minutes * 60 + entry.seconds;
  return {
    description: entry.description,
    projectExternalId: entry.parentId,
    tags: [],
    isBillable: entry.isBillable,
    start: new Date(entry.executedTime!),
    end: new Date(entry.executedTime! + seconds * 1000),
  };
}

function assertWellFormed({ method, path, headers, body }: RecordedCall, orgId: string): void {
  expect(headers.authorization).toMatch(/^Zoho-oauthtoken 1000\./);
  expect(headers['user-agent']).toMatch(/^Timesheet\//);
  expect(headers.orgid).toBe(path.endsWith('/organizations') ? undefined : orgId);
  expect(path).toMatch(/^\/api\/v1\/.*[^/]$/);
  expect(path + body).not.toContain(headers.authorization!.split(' ')[1]);
  if (method === 'GET' || method === 'DELETE') {
    expect(body).toBe('');
    return;
  }
  expect(headers['content-type']).toBe('application/json');
  const { executedTime, hoursSpent } = JSON.parse(body) as Record<string, unknown>;
  expect(executedTime).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/);
  expect(hoursSpent).toMatch(/^\d+$/);
}
