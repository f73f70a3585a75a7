import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ClockifyUser } from '../../simulators/clockify/model.js';
import type { EntryChange } from '../../src/time-entries/entry-change.js';
import { TimeEntriesService } from '../../src/time-entries/time-entries.service.js';
import type { TimeEntry } from '../../src/time-entries/time-entry.js';
import { PeopleService } from '../../src/users/people.service.js';
import { at, ClockifyApp, type Caller } from '../support/clockify.js';
import { facts } from '../support/entries.js';
import { stopwatch } from '../support/stopwatch.js';
import { addPerson } from '../support/people.js';

const AUTHOR = { actor: { kind: 'sync' as const, id: '1' }, origin: null };

let world: ClockifyApp;
let coordinator: Caller;
let everybody: number;
let member: ClockifyUser;
let ana: Caller;
let people = 0;

beforeAll(async () => {
  world = await ClockifyApp.start({ env: { ROLE: 'api' } });
  coordinator = await world.addCaller('coordinator');
  everybody = await world.connectEverybody(coordinator);
});

afterAll(() => world.close());

beforeEach(async () => {
  people += 1;
  member = world.addMember(`Member ${people}`);
  ana = await world.addCaller(`ana${people}`);
});

const ledger = () => world.app.get(TimeEntriesService);
const apply = (...changes: EntryChange[]) => world.app.transactions.run((tx) => ledger().apply(changes, AUTHOR, tx));

/** The placeholder of the member, as a payload would have made it. */
const placeholder = async (): Promise<number> => {
  const account = { accountId: member.id, name: member.name, status: 'ACTIVE' };
  const found = await world.app.transactions.run((tx) =>
    world.app.get(PeopleService).ensure('clockify', [account], tx),
  );
  return found.get(member.id)!;
};

let lastEntry = 0;
/** Entries reported of the placeholder before anybody knew whose they are. */
async function reported(userId: number, count: number, workspaceId = world.workspaceId): Promise<number[]> {
  const changes = Array.from({ length: count }, (): EntryChange => {
    const externalId = `66a000000000000000${String((lastEntry += 1)).padStart(6, '0')}`;
    const remote = { externalId, workspaceId, accountId: member.id, start: at('08:00:00'), end: at('09:00:00') };
    const key = { source: 'clockify', workspaceId, externalId };
    return { kind: 'observe', key, userId, integrationId: everybody, facts: facts({ ...remote, version: null }) };
  });
  return (await apply(...changes)).map(({ entry }) => entry!.id);
}

const load = (ids: readonly number[]): Promise<TimeEntry[]> => ledger().findByIds(ids);
const actions = async (id: number) =>
  (
    await world.app.database.query<{ action: string; actor_id: string; diff: object }>(
      'select action, actor_id, diff from sessions_binnacle where entry_id = $1 order by sequence',
      [id],
    )
  ).map((row) => row);

describe('connecting an account', () => {
  it('claims the placeholder: every entry changes hands with a row of its history, deleted and locked ones too', async () => {
    const stranger = await placeholder();
    const [plain, deleted, locked] = await reported(stranger, 3);
    await apply({ kind: 'delete', id: deleted! });
    await world.app.database.execute('update time_entries set is_locked = true where id = $1', [locked]);
    const before = await load([plain!, deleted!, locked!]);
    const { status, body } = await world.connect(ana, member);
    expect(status).toBe(201);
    const integrationId = body.result.id;
    for (const [index, entry] of (await load([plain!, deleted!, locked!])).entries()) {
      expect(entry).toMatchObject({
        userId: ana.id,
        integrationId,
        startedAt: before[index]!.startedAt,
        deletedAt: before[index]!.deletedAt,
        reviewStatus: before[index]!.reviewStatus,
        timeEditCount: 0,
        registerUserId: stranger,
      });
      expect((await actions(entry.id)).at(-1)).toMatchObject({
        action: 'reowned',
        actor_id: String(ana.id),
        diff: {
          userId: { from: stranger, to: ana.id },
          integrationId: { from: everybody, to: integrationId },
        },
      });
    }
    expect(await world.count('pushes', `integration_id = ${integrationId}`)).toBe(0);
    expect(await world.app.get(PeopleService).resolve(stranger)).toBe(ana.id);
    expect(await world.ownerOf(member)).toBe(ana.id);
  });

  it('takes the placeholder off the list of users: it is somebody else by now', async () => {
    const admin = await addPerson(world.app, `admin${people}`, 'admin');
    const listed = async () => {
      const answer = await fetch(`${world.app.url}/v1/resources/users`, { headers: admin.bearer });
      return ((await answer.json()) as { result: { id: number }[] }).result.map(({ id }) => id);
    };
    const claimed = await placeholder();
    expect(await listed()).toContain(claimed);
    await world.connect(ana, member);
    expect(await listed()).toContain(ana.id);
    expect(await listed()).not.toContain(claimed);
  });

  it('shows the entries in the claimant’s logs at once, whatever has become of the placeholder', async () => {
    const stranger = await placeholder();
    const ids = await reported(stranger, 2);
    await world.app.database.execute('update users set is_enabled = false where id = $1', [stranger]);
    await world.connect(ana, member);
    const logs = await ana.api.expect<{ id: number; sync: { state: string } }[]>(200, 'GET', '/v1/resources/logs');
    expect(logs.map(({ id }) => id).toSorted((a, b) => a - b)).toEqual(ids);
    expect(new Set(logs.map(({ sync }) => sync.state))).toEqual(new Set(['synced']));
  });

  it('re-owns thousands in one transaction, and every chain and register verifies', { timeout: 60_000 }, async () => {
    const stranger = await placeholder();
    const ids: number[] = [];
    for (let batch = 0; batch < 6; batch += 1) ids.push(...(await reported(stranger, 400)));
    const took = stopwatch();
    await world.connect(ana, member);
    expect(took()).toBeLessThan(30_000);
    expect(await world.count('time_entries', `user_id = ${ana.id}`)).toBe(ids.length);
    expect(await world.count('time_entries', `user_id = ${stranger}`)).toBe(0);
    expect(await world.count('sessions_binnacle', `action = 'reowned' and entry_id = any('{${ids.join()}}')`)).toBe(
      2400,
    );
    expect((await ledger().verifyBinnacle()).findings).toEqual([]);
    // The register goes on where the births were, for both of them.
    await reported(ana.id, 1);
    expect((await ledger().verifyBinnacle()).findings).toEqual([]);
  });

  it('is refused to a second user at any workspace, and changes nothing', async () => {
    await placeholder();
    await world.connect(ana, member);
    const berta = await world.addCaller(`berta${people}`);
    const elsewhere = world.clockify.model.addWorkspace({ members: { [member.id]: 'ADMIN' } });
    const before = [await world.count('integrations'), await world.count('sessions_binnacle')];
    for (const settings of [{}, { workspace_id: elsewhere.id }]) {
      const answer = await world.connect(berta, member, settings);
      expect(answer).toMatchObject({ status: 409, body: { code: 'INTEGRATION.ACCOUNT_TAKEN' } });
    }
    expect([await world.count('integrations'), await world.count('sessions_binnacle')]).toEqual(before);
    expect(await world.ownerOf(member)).toBe(ana.id);
  });

  it('has exactly one winner among claimants at once, who gets everything', async () => {
    const ids = await reported(await placeholder(), 30);
    const claimants = await Promise.all(
      Array.from({ length: 5 }, (_, index) => world.addCaller(`claimant${people}x${index}`)),
    );
    const workspaces = claimants.map(() => world.clockify.model.addWorkspace({ members: { [member.id]: 'ADMIN' } }));
    const answers = await Promise.all(
      claimants.map((one, index) =>
        world.connect(one, member, index % 2 === 0 ? {} : { workspace_id: workspaces[index]!.id }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409, 409]);
    const winner = claimants[answers.findIndex(({ status }) => status === 201)]!;
    expect(new Set((await load(ids)).map(({ userId }) => userId))).toEqual(new Set([winner.id]));
    expect(await world.count('sessions_binnacle', `action = 'reowned' and entry_id = any('{${ids.join()}}')`)).toBe(30);
  });

  it('of a second workspace takes what is known of it into the new integration, and leaves the first alone', async () => {
    const stranger = await placeholder();
    const second = world.clockify.model.addWorkspace({ members: { [member.id]: 'ADMIN' } });
    const [here] = await reported(stranger, 1);
    const [there] = await reported(stranger, 1, second.id);
    const first = await world.connect(ana, member);
    const [inFirst, inSecond] = await load([here!, there!]);
    expect(inFirst).toMatchObject({ userId: ana.id, integrationId: first.body.result.id });
    expect(inSecond).toMatchObject({ userId: ana.id, integrationId: everybody });
    const other = await world.connect(ana, member, { workspace_id: second.id });
    expect((await load([here!, there!])).map(({ integrationId }) => integrationId)).toEqual([
      first.body.result.id,
      other.body.result.id,
    ]);
    const rows = await world.count('sessions_binnacle');
    await world.connect(ana, member);
    expect(await world.count('sessions_binnacle')).toBe(rows);
  });

  it('leaves the account with its owner while one of its workspaces is connected', async () => {
    const second = world.clockify.model.addWorkspace({ members: { [member.id]: 'ADMIN' } });
    const first = (await world.connect(ana, member)).body.result.id;
    const other = (await world.connect(ana, member, { workspace_id: second.id })).body.result.id;
    const berta = await world.addCaller(`berta${people}`);
    await world.disconnect(ana, first);
    expect((await world.connect(berta, member)).status).toBe(409);
    await world.disconnect(ana, other);
    expect((await world.connect(berta, member)).status).toBe(201);
    expect((await world.connect(ana, member)).status).toBe(409);
  });

  it('sends through the new home what waited to be sent through the old one', async () => {
    const [id] = await reported(await placeholder(), 1);
    await apply({ kind: 'edit', id: id!, patch: { description: 'corrected' } });
    const { result } = (await world.connect(ana, member)).body;
    const pushes = await world.app.database.query(
      'select integration_id, wanted, state, external_id from pushes where entry_id = $1 order by integration_id',
      [id],
    );
    const [entry] = await load([id!]);
    expect(pushes).toContainEqual({
      integration_id: result.id,
      wanted: 'present',
      state: 'pending',
      external_id: entry!.externalId,
    });
  });
});
