import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PeopleService, type ProviderAccount } from '../../src/users/people.service.js';
import { UsersService } from '../../src/users/users.service.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { addPerson } from '../support/people.js';

let test: TestApp;
let people: PeopleService;

beforeAll(async () => {
  test = await startTestApp({ env: { ROLE: 'api' } });
  people = test.get(PeopleService);
});

afterAll(() => test.close());

let nextAccount = 1;
const newAccount = (): string => `5a0ab5acb07987125438${String(nextAccount++).padStart(4, '0')}`;
const account = (
  accountId: string,
  name: string | null = 'Ana',
  status: string | null = 'ACTIVE',
): ProviderAccount => ({
  accountId,
  name,
  status,
});

const ensure = (...accounts: ProviderAccount[]): Promise<Map<string, number>> =>
  test.transactions.run((tx) => people.ensure('clockify', accounts, tx));
const claim = (accountId: string, userId: number): Promise<number | null> =>
  test.transactions.run((tx) => people.claim('clockify', accountId, userId, tx));
const release = (accountId: string, userId: number): Promise<void> =>
  test.transactions.run((tx) => people.release('clockify', accountId, userId, tx));
const user = (id: number) => test.get(UsersService).get(id);

const count = async (table: string, where = 'true'): Promise<number> =>
  (await test.database.query<{ n: number }>(`select count(*)::int as n from ${table} where ${where}`))[0]!.n;

/** The place of rows on disk: it moves with every update, whatever it writes. */
const places = async (accountId: string): Promise<unknown> =>
  test.database.query(
    `select a.ctid as a, u.ctid as u from provider_accounts a join users u on u.id = a.user_id where account_id = $1`,
    [accountId],
  );

describe('people known only from a service', () => {
  it('become a placeholder without login and address', async () => {
    const id = (await ensure(account(newAccount(), 'Ana López'))).values().next().value!;
    expect(await user(id)).toMatchObject({
      username: null,
      passwordHash: null,
      email: null,
      name: 'Ana López',
      providerName: 'Ana López',
      providerStatus: 'ACTIVE',
      role: 'member',
      isEnabled: true,
      disabledAt: null,
      claimedBy: null,
      hoursPerMonth: null,
      isNotified: true,
    });
  });

  it('are disabled from the start when their service says so, and are named by their id when it names them not', async () => {
    const [left, nameless] = [newAccount(), newAccount()];
    const ids = await ensure(account(left, 'Eva', 'INACTIVE'), account(nameless, null, null));
    const disabledAt: unknown = expect.any(Date);
    expect(await user(ids.get(left)!)).toMatchObject({ name: 'Eva', isEnabled: false, disabledAt });
    expect(await user(ids.get(nameless)!)).toMatchObject({ name: nameless, isEnabled: true, providerStatus: null });
  });

  it('are one person however many report them at once', async () => {
    const accounts = Array.from({ length: 20 }, () => account(newAccount()));
    const before = await count('users');
    const found = await Promise.all(
      Array.from({ length: 12 }, (_, run) => ensure(...(run % 2 === 0 ? accounts : accounts.toReversed()))),
    );
    expect(await count('users')).toBe(before + accounts.length);
    for (const each of found) expect(sorted(each)).toEqual(sorted(found[0]!));
    expect(new Set(found[0]!.values()).size).toBe(accounts.length);
  });

  it('are two at two services that give the same id', async () => {
    const accountId = newAccount();
    const here = (await ensure(account(accountId))).get(accountId);
    const there = await test.transactions.run((tx) => people.ensure('toggl', [account(accountId)], tx));
    expect(there.get(accountId)).not.toBe(here);
    expect(await people.ownerOf('toggl', accountId)).toBe(there.get(accountId));
    expect(await people.ownerOf('clockify', newAccount())).toBeNull();
  });

  it('are renamed, disabled and enabled as their service says', async () => {
    const accountId = newAccount();
    const id = (await ensure(account(accountId, 'Ana', 'ACTIVE'))).get(accountId)!;
    await ensure(account(accountId, 'Ana López', 'INACTIVE'));
    const disabledAt: unknown = expect.any(Date);
    expect(await user(id)).toMatchObject({
      name: 'Ana López',
      isEnabled: false,
      disabledAt,
      providerStatus: 'INACTIVE',
    });
    await ensure(account(accountId, 'Ana López', 'ACTIVE'));
    expect(await user(id)).toMatchObject({ isEnabled: true, disabledAt: null, providerStatus: 'ACTIVE' });
  });

  it('keep what was said before when less is said', async () => {
    const accountId = newAccount();
    const id = (await ensure(account(accountId, 'Ana', 'INACTIVE'))).get(accountId)!;
    const before = await places(accountId);
    await ensure(account(accountId, null, null));
    expect(await places(accountId)).toEqual(before);
    expect(await user(id)).toMatchObject({ name: 'Ana', isEnabled: false });
  });

  it('cost no write when nothing differs, and an admin’s word about them stands until the service says something new', async () => {
    const accountId = newAccount();
    const id = (await ensure(account(accountId, 'Ana', 'ACTIVE'))).get(accountId)!;
    await test.transactions.run((tx) =>
      test.get(UsersService).change(id, { name: 'Ana (night shift)', isEnabled: false }, tx),
    );
    const before = await places(accountId);
    await ensure(account(accountId, 'Ana', 'ACTIVE'));
    expect(await places(accountId)).toEqual(before);
    expect(await user(id)).toMatchObject({ name: 'Ana (night shift)', isEnabled: false });
    await ensure(account(accountId, 'Ana', 'PENDING'));
    expect(await user(id)).toMatchObject({ name: 'Ana (night shift)', providerStatus: 'PENDING' });
  });

  it('may change in many transactions at once without one of them failing', async () => {
    const accounts = Array.from({ length: 10 }, () => newAccount());
    await ensure(...accounts.map((id) => account(id)));
    const runs = Array.from({ length: 8 }, (_, run) => {
      const said = accounts.map((id) => account(id, `Ana ${run % 3}`, run % 2 === 0 ? 'ACTIVE' : 'INACTIVE'));
      return ensure(...(run % 2 === 0 ? said : said.toReversed()), account(newAccount()));
    });
    for (const found of await Promise.all(runs)) expect(found.size).toBe(accounts.length + 1);
    expect(
      await count('users', `is_enabled <> (provider_status = 'ACTIVE') and username is null and name like 'Ana _'`),
    ).toBe(0);
  });
});

describe('people with a login', () => {
  it('are never renamed, disabled or enabled by what a service says; only its own words are kept', async () => {
    const ana = await addPerson(test, 'ana');
    const accountId = newAccount();
    await claim(accountId, ana.id);
    await ensure(account(accountId, 'Somebody Else', 'INACTIVE'));
    expect(await user(ana.id)).toMatchObject({
      username: 'ana',
      name: 'ana',
      role: 'member',
      isEnabled: true,
      disabledAt: null,
      providerName: 'Somebody Else',
      providerStatus: 'INACTIVE',
    });
    await test.transactions.run((tx) => test.get(UsersService).change(ana.id, { isEnabled: false }, tx));
    await ensure(account(accountId, 'Somebody Else', 'ACTIVE'));
    expect(await user(ana.id)).toMatchObject({ isEnabled: false, providerStatus: 'ACTIVE' });
  });
});

describe('claiming an account', () => {
  it('takes the placeholder’s place, whose old id stands for the claimant from then on', async () => {
    const [bea, accountId] = [await addPerson(test, 'bea'), newAccount()];
    const placeholder = (await ensure(account(accountId))).get(accountId)!;
    expect(await people.resolve(placeholder)).toBe(placeholder);
    expect(await claim(accountId, bea.id)).toBe(placeholder);
    expect(await people.ownerOf('clockify', accountId)).toBe(bea.id);
    expect((await ensure(account(accountId))).get(accountId)).toBe(bea.id);
    expect(await people.resolve(placeholder)).toBe(bea.id);
    expect(await people.resolve(bea.id)).toBe(bea.id);
    expect(await claim(accountId, bea.id)).toBeNull();
  });

  it('works for an account nobody has heard of', async () => {
    const [cleo, accountId] = [await addPerson(test, 'cleo'), newAccount()];
    expect(await claim(accountId, cleo.id)).toBeNull();
    expect((await ensure(account(accountId))).get(accountId)).toBe(cleo.id);
  });

  it('is refused while another user with a login has it connected, and changes nothing', async () => {
    const [dora, eva, accountId] = [await addPerson(test, 'dora'), await addPerson(test, 'eva'), newAccount()];
    await claim(accountId, dora.id);
    await expect(claim(accountId, eva.id)).rejects.toMatchObject({ status: 409, code: 'INTEGRATION.ACCOUNT_TAKEN' });
    expect(await people.ownerOf('clockify', accountId)).toBe(dora.id);
  });

  it('is open to another user once it was released; until then it stays its owner’s', async () => {
    const [fay, gina, accountId] = [await addPerson(test, 'fay'), await addPerson(test, 'gina'), newAccount()];
    await claim(accountId, fay.id);
    await release(accountId, gina.id);
    await expect(claim(accountId, gina.id)).rejects.toMatchObject({ code: 'INTEGRATION.ACCOUNT_TAKEN' });
    await release(accountId, fay.id);
    expect((await ensure(account(accountId))).get(accountId)).toBe(fay.id);
    expect(await claim(accountId, gina.id)).toBeNull();
    await expect(claim(accountId, fay.id)).rejects.toMatchObject({ code: 'INTEGRATION.ACCOUNT_TAKEN' });
  });

  it('has exactly one winner among many at once', async () => {
    const claimants = await Promise.all(Array.from({ length: 6 }, (_, n) => addPerson(test, `claimant${n}`)));
    for (const isKnown of [true, false]) {
      const accountId = newAccount();
      if (isKnown) await ensure(account(accountId));
      const results = await Promise.allSettled(claimants.map(({ id }) => claim(accountId, id)));
      const won = claimants.filter((_, index) => results[index]!.status === 'fulfilled');
      expect(won).toHaveLength(1);
      expect(await people.ownerOf('clockify', accountId)).toBe(won[0]!.id);
      const codes = results.flatMap((one) =>
        one.status === 'rejected' ? [(one.reason as { code: string }).code] : [],
      );
      expect(new Set(codes)).toEqual(new Set(['INTEGRATION.ACCOUNT_TAKEN']));
    }
  });

  it('waits for a transaction that writes for the placeholder', async () => {
    const [hana, accountId] = [await addPerson(test, 'hana'), newAccount()];
    const placeholder = (await ensure(account(accountId))).get(accountId)!;
    const steps: string[] = [];
    let proceed = (): void => undefined;
    const held = new Promise<void>((resolve) => (proceed = resolve));
    let begun = (): void => undefined;
    const hasBegun = new Promise<void>((resolve) => (begun = resolve));
    const writing = test.transactions.run(async (tx) => {
      expect((await people.ensure('clockify', [account(accountId)], tx)).get(accountId)).toBe(placeholder);
      begun();
      await held;
      steps.push('written');
    });
    await hasBegun;
    const claiming = claim(accountId, hana.id).then(() => steps.push('claimed'));
    await expect.poll(() => waitingForLocks()).toBe(1);
    proceed();
    await Promise.all([writing, claiming]);
    expect(steps).toEqual(['written', 'claimed']);
    expect((await ensure(account(accountId))).get(accountId)).toBe(hana.id);
  });
});

const sorted = (found: Map<string, number>): [string, number][] =>
  [...found].toSorted(([a], [b]) => a.localeCompare(b));

const waitingForLocks = async (): Promise<number> =>
  (
    await test.database.query<{ n: number }>(
      `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
  )[0]!.n;
