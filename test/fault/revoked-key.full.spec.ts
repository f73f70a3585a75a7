import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TogglUser } from '../../simulators/toggl/model.js';
import type { ApiClient } from '../support/api-client.js';
import { FaultWorld } from '../support/fault-world.js';
import { eventually, expectSound, nothingUnderWay } from '../support/oracle.js';

interface Account {
  person: ApiClient;
  toggl: TogglUser;
  integrationId: number;
}

interface Integration {
  id: number;
  state: string;
  last_error: string | null;
}

describe('an account whose key is refused', () => {
  let world: FaultWorld;
  let ana: Account;
  let ben: Account;

  beforeEach(async () => {
    world = await FaultWorld.create({ testControl: { retryScale: 1e-3, leaseSeconds: 10 } });
    await world.start();
    ana = await account('ana');
    ben = await account('ben');
  });

  afterEach(() => world.close());

  async function account(username: string): Promise<Account> {
    const person = await world.addUser(username);
    const toggl = world.toggl.addUser({ fullname: username });
    return { person, toggl, integrationId: await world.connectToggl(person, toggl) };
  }

  const START = Math.floor(Date.now() / 1000) - 86_400;

  const write = ({ person, integrationId }: Account, from: number, to: number) =>
    Promise.all(
      Array.from({ length: to - from }, (_, index) =>
        person.expect<{ id: number }>(201, 'POST', '/v1/resources/logs', {
          task: `Log ${from + index}`,
          start: START + (from + index) * 60,
          end: START + (from + index) * 60 + 30,
          integration_id: integrationId,
        }),
      ),
    );

  /** As after "reset" on the profile page: the account is the same, its token another one. */
  function renewToken({ toggl }: Account): void {
    world.toggl.model.users.delete(toggl.token);
    toggl.token = randomBytes(16).toString('hex');
    world.toggl.model.users.set(toggl.token, toggl);
  }

  const integrationOf = async ({ person, integrationId }: Account) =>
    (await person.expect<Integration[]>(200, 'GET', '/v1/resources/integrations')).find(
      ({ id }) => id === integrationId,
    )!;

  const isRefused = async (who: Account) => (await integrationOf(who)).state === 'needs_reauth';

  const writtenFor = ({ toggl }: Account) =>
    world.toggl.ledger.created.filter(({ userId }) => userId === toggl.id).length;

  const callsFor = ({ toggl }: Account) => {
    const path = new RegExp(`^/workspaces/${toggl.defaultWorkspaceId}/`);
    return world.toggl.calls.filter((call) => path.test(call.path)).length;
  };

  /** When a worker last had one of the first forty in its hands. */
  const lastTouchOf = async ({ integrationId }: Account) =>
    world.value<Date>(
      `select max(modified_at) from (select modified_at from pushes where integration_id = $1 order by id limit 40) p`,
      [integrationId],
    );

  const give = ({ person, integrationId }: Account, token: string) =>
    person.call<Integration>('PUT', `/v1/resources/integrations/${integrationId}`, {
      credentials: { api_token: token },
    });

  const statesOf = async ({ person }: Account) =>
    new Set(
      (await person.expect<{ sync: { state: string } }[]>(200, 'GET', '/v1/resources/logs')).map(
        ({ sync }) => sync.state,
      ),
    );

  it('says so once, is left alone, holds up nobody else, and writes everything once after new credentials', async () => {
    const path = `/workspaces/${ana.toggl.defaultWorkspaceId}/time_entries`;
    world.toggl.faults.add({ method: 'POST', path, times: 3, action: 'create-then-reset' });
    const first = write(ana, 0, 40);
    await eventually('some of it is written', 10, () => writtenFor(ana) >= 10);
    renewToken(ana);
    await first;
    await write(ben, 0, 20);
    await eventually('the refusal is known', 10, () => isRefused(ana));
    await nothingUnderWay(world);
    const calls = callsFor(ana);
    const touched = await lastTouchOf(ana);
    await write(ana, 40, 60);
    await write(ben, 20, 40);
    await eventually('the other account goes on', 10, () => writtenFor(ben) === 40);
    expect(callsFor(ana)).toBe(calls);
    expect(await lastTouchOf(ana)).toEqual(touched);
    expect((await integrationOf(ana)).last_error).toContain('Incorrect username and/or password');
    expect((await integrationOf(ben)).state).toBe('connected');
    const notes = await world.query(`select code, occurrences, user_id is not null as has_user from error_log`);
    expect(notes).toEqual([{ code: 'INTEGRATION.NEEDS_REAUTH', occurrences: 1, has_user: true }]);
    expect((await statesOf(ana)).has('failed')).toBe(false);

    expect((await give(ana, 'f'.repeat(32))).status).toBe(422);
    expect((await give(ana, ben.toggl.token)).body.code).toBe('INTEGRATION.OTHER_ACCOUNT');
    expect(await isRefused(ana)).toBe(true);

    world.canaries.add(ana.toggl.token);
    expect((await give(ana, ana.toggl.token)).body.result).toMatchObject({ state: 'connected', last_error: null });
    await eventually('everything is written', 15, async () => [...(await statesOf(ana))].join('') === 'synced');
    expect(writtenFor(ana)).toBe(60);
    await expectSound(world);
  }, 300_000);

  it('is told apart by a 401 as well, and a refused look-up leaves the lost create unknown', async () => {
    const path = `/workspaces/${ana.toggl.defaultWorkspaceId}/time_entries`;
    world.toggl.faults.add({ method: 'POST', path, action: 'create-then-reset' });
    world.toggl.faults.add({ method: 'GET', path: '/me/time_entries', times: Infinity, action: { status: 401 } });
    await write(ana, 0, 1);
    await eventually('the refusal is known', 10, () => isRefused(ana));
    expect([...(await statesOf(ana))]).toEqual(['unknown']);
    world.toggl.faults.clear();
    expect((await give(ana, ana.toggl.token)).status).toBe(200);
    await eventually('it is found', 10, async () => [...(await statesOf(ana))].join('') === 'synced');
    expect(writtenFor(ana)).toBe(1);
    await expectSound(world);
  }, 300_000);

  it('is not taken for refused by the late answer to the old key once a new one was given', async () => {
    renewToken(ana);
    world.toggl.faults.add({ method: 'POST', action: 'slow' });
    await write(ana, 0, 1);
    await eventually('the old key is on its way', 5, () => world.toggl.callsTo('POST', /time_entries$/).length > 0);
    world.canaries.add(ana.toggl.token);
    expect((await give(ana, ana.toggl.token)).body.result).toMatchObject({ state: 'connected' });
    await eventually('it is written', 15, () => writtenFor(ana) === 1);
    expect((await integrationOf(ana)).state).toBe('connected');
    expect(await world.value<number>('select count(*)::int from error_log')).toBe(0);
    await expectSound(world);
  }, 300_000);
});
