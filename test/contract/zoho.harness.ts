import { expect } from 'vitest';
import { Secret } from '../../src/common/secret.js';
import type { Connection } from '../../src/integrations/contract/provider.js';
import { ZohoAccounts } from '../../src/integrations/providers/zoho-accounts/accounts.client.js';
import { ZohoProvider } from '../../src/integrations/providers/zoho/zoho.provider.js';
import type { RecordedCall } from '../../simulators/support/http-simulator.js';
import type { ZohoLog, ZohoPerson } from '../../simulators/zoho/model.js';
import { ZohoSimulator } from '../../simulators/zoho/simulator.js';
import { MemoryAccessTokens } from '../support/memory-access-tokens.js';
import { fetchFirstToken } from '../support/zoho.js';
import {
  playPages,
  type ElsewhereEntry,
  type ElsewhereTimes,
  type Harness,
  type HarnessOptions,
  type PagePlay,
  type ProviderUnderContract,
} from './harness.js';

const BEYOND_2_53 = 9_007_199_254_740_993n;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export const zoho: ProviderUnderContract = {
  name: 'Zoho Projects',
  pageSize: 200,
  unknownId: '424242:general:999',
  unknownProjectId: '424242',
  hasNumericIds: true,
  credentialHeader: 'authorization',
  timer: null,
  nothingThere: '[]',
  resolution: MINUTE,
  needsProject: true,
  hasTags: false,
  hasClients: false,
  hasHistoryLimit: false,
  hasChanges: false,
  start,
};

async function start(options: HarnessOptions): Promise<Harness> {
  const simulator = new ZohoSimulator({
    now: () => options.clock.now().getTime(),
    firstId: options.hasHugeIds === true ? BEYOND_2_53 : undefined,
  });
  await simulator.start();
  return accountAt(simulator, options);
}

async function accountAt(simulator: ZohoSimulator, options: HarnessOptions): Promise<Harness> {
  const { http, clock, quotas } = options;
  const { portal, person, client, refreshToken } = simulator.addAccount();
  const other = simulator.model.addPortal({ name: 'Other', members: [person] });
  const accessTokens = new MemoryAccessTokens();
  const accounts = new ZohoAccounts({
    http,
    clock,
    accessTokens,
    accountsUrl: simulator.url,
  });
  const credentials = {
    refresh_token: new Secret(refreshToken),
    client_id: new Secret(client.id),
    client_secret: new Secret(client.secret),
  };
  const connectionTo = (workspaceId: string): Connection => ({
    integrationId: 1,
    region: null,
    credentials,
    workspaceId,
    accountId: person.zpuid,
    settings: {},
    timeZone: 'UTC',
  });
  // The calls that are counted are those after the first token.
  await fetchFirstToken(simulator, clock, accessTokens, credentials);
  simulator.calls.length = 0;
  const connection = connectionTo(portal.id);
  const add = (name: string, isArchived = false, portalId = portal.id) =>
    simulator.model.addProject(portalId, name, isArchived).id;
  return {
    simulator,
    another: () => accountAt(simulator, options),
    environment: { ZOHO_ACCOUNTS_URL: simulator.url, ZOHO_PROJECTS_URL: simulator.url },
    provider: new ZohoProvider({ http, clock, quotas, accounts, projectsUrl: simulator.url }),
    connection,
    otherConnection: connectionTo(other.id),
    credentials: { wrong: { ...credentials, refresh_token: new Secret('1000.wrong.wrong') }, refusal: 'invalid_code' },
    addProject: (name, { isArchived = false } = {}) => add(name, isArchived),
    startElsewhere: (entry, where = connection) => {
      const projectId = add('Elsewhere', false, where.workspaceId);
      return writeElsewhere(simulator, person, projectId, entry);
    },
    stopElsewhere: () => expect.unreachable(),
    deleteElsewhere: (id) => partsOf(simulator, id).forEach((log) => simulator.deleteInApp(log.id)),
    renameElsewhere: (id, name) => simulator.editInApp(logIdOf(id), { name }),
    moveElsewhere: (id, times) => moveElsewhere(simulator, id, times),
    held: (id) => heldEntry(partsOf(simulator, id)),
    heldIds: () => heldIds(simulator, portal.id),
    createdCount: () => simulator.ledger.created.length,
    assertWellFormed,
    exhaustQuota: (seconds) =>
      simulator.faults.add({
        times: Infinity,
        action: { status: 429, headers: { 'retry-after': String(seconds) }, body: '{}' },
      }),
    repeatProjectsPage: () => playPages(simulator, { size: 200, rowOf: (id) => ({ id: String(id), name: 'P' }) }),
    repeatEntriesPage: () => playPages(simulator, logsOf(person)),
    inventEntries: () => playPages(simulator, { ...logsOf(person), isSame: false }),
  };
}

const logsOf = (person: ZohoPerson): PagePlay => ({
  size: 200,
  rowOf: (id) => ({
    id: String(id),
    date: '2026-03-02',
    log_hour: '01:00',
    log_name: 'Work',
    type: 'general',
    project: { id: '1', name: 'P' },
    owner: { zpuid: person.zpuid },
  }),
  wrap: (logs) => ({
    time_logs: [{ date: '2026-03-02', log_details: logs }],
    page_info: { has_next_page: true },
  }),
});

/** One log for each day, tied together by the marker our own writes have. */
function writeElsewhere(
  simulator: ZohoSimulator,
  person: ZohoPerson,
  projectId: string,
  { start, stop, description = 'Elsewhere' }: ElsewhereEntry,
): string {
  const last = Math.max(stop!.getTime(), start.getTime() + MINUTE);
  const days: [number, number][] = [];
  for (let from = floor(start.getTime(), MINUTE); from < last; from = days.at(-1)![1]) {
    days.push([from, Math.min(last, floor(from, DAY) + DAY)]);
  }
  const key = `elsewhere-${simulator.model.logs.size}`;
  const ids = days.map(([from, until], index) => {
    const minutes = Math.max(1, Math.round((until - from) / MINUTE));
    return simulator.logInApp({
      person,
      projectId,
      name: description,
      ...timesOf(from, minutes),
      notes: days.length === 1 ? '' : `[ts:${key} ${index + 1}/${days.length}]`,
    });
  });
  return `${projectId}:general:${ids[0]!}`;
}

const timesOf = (from: number, minutes: number) => ({
  date: new Date(from).toISOString().slice(0, 10),
  hours: `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`,
  startTime: clockTime(from),
  endTime: clockTime(from + minutes * MINUTE),
});

/** To times within one day; of several logs one remains. */
function moveElsewhere(simulator: ZohoSimulator, externalId: string, { start, stop }: ElsewhereTimes): void {
  const [first, ...others] = partsOf(simulator, externalId);
  for (const log of others) simulator.deleteInApp(log.id);
  const minutes = (stop.getTime() - start.getTime()) / MINUTE;
  simulator.editInApp(first!.id, { ...timesOf(start.getTime(), minutes), notes: '' });
}

const floor = (time: number, step: number): number => Math.floor(time / step) * step;

function clockTime(time: number): string {
  const date = new Date(time);
  const hour = date.getUTCHours() % 12 === 0 ? 12 : date.getUTCHours() % 12;
  const digits = (value: number) => String(value).padStart(2, '0');
  return `${digits(hour)}:${digits(date.getUTCMinutes())} ${date.getUTCHours() < 12 ? 'AM' : 'PM'}`;
}

const logIdOf = (externalId: string): string => externalId.split(':')[2]!;

function partsOf(simulator: ZohoSimulator, externalId: string): ZohoLog[] {
  const first = simulator.log(logIdOf(externalId));
  if (first === null) return [];
  const key = /\[ts:(\S+) /.exec(first.notes)?.[1];
  if (key === undefined) return [first];
  const parts = [...simulator.model.logs.values()].filter((log) => log.notes.includes(`[ts:${key} `) && !log.isDeleted);
  return parts.sort((a, b) => (a.date < b.date ? -1 : 1));
}

/** The first log of each entry. A part whose first log is missing is shown too: nothing there is hidden. */
function heldIds(simulator: ZohoSimulator, portalId: string): string[] {
  const logs = simulator.model.logsOf(portalId);
  const firsts = logs.filter((log) => partsOf(simulator, `::${log.id}`)[0]!.id === log.id);
  return firsts.map((log) => `${log.projectId}:${log.type}:${log.id}`);
}

function heldEntry(parts: ZohoLog[]): ReturnType<Harness['held']> {
  const [first] = parts;
  if (first === undefined) return null;
  const start = Date.parse(`${first.date} ${first.startTime ?? '12:00 AM'} UTC`);
  const minutes = parts.reduce((sum, log) => sum + log.minutes, 0);
  return {
    description: first.logName,
    projectExternalId: first.projectId,
    tags: [],
    isBillable: first.isBillable,
    start: new Date(start),
    end: new Date(start + minutes * MINUTE),
  };
}

function assertWellFormed({ method, path, headers, body }: RecordedCall): void {
  expect(headers.authorization).toMatch(/^Zoho-oauthtoken 1000\./);
  expect(headers['user-agent']).toMatch(/^Timesheet\//);
  expect(path).toMatch(/^\/api\/v3\/.*[^/]$/);
  expect(path + body).not.toContain(headers.authorization!.split(' ')[1]);
  if (method === 'GET') return;
  if (method === 'POST') {
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect([...new URLSearchParams(body).keys()]).toEqual(['log_object']);
    return;
  }
  expect(headers['content-type']).toBe('application/json');
  const { module } = JSON.parse(body) as { module: unknown };
  expect(module).toEqual(method === 'DELETE' ? 'general' : { type: 'general' });
}
