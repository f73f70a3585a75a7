import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { conflict } from '../common/errors.js';
import type { Queryable, Tx } from '../database/database.js';
import { PeopleRepository, type KnownAccount, type ProviderAccount } from './people.repository.js';

export type { ProviderAccount };

/** Who is behind an account at a service (docs/adr/0013-who-is-behind-an-account.md). */
@Injectable()
export class PeopleService {
  constructor(
    private readonly repository: PeopleRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * The users behind accounts, by account id. Unknown ones get a placeholder; of known ones is written what the service says
   * anew, and nothing when it says nothing new. Until `tx` ends nobody can claim any of them: what `tx` writes for their owner
   * is seen by whoever claims them next.
   */
  async ensure(provider: string, accounts: readonly ProviderAccount[], tx: Tx): Promise<Map<string, number>> {
    const said = new Map(accounts.map((account) => [account.accountId, account]));
    const ids = [...said.keys()];
    if (ids.length === 0) return new Map();
    const before = byId(await this.repository.find(provider, ids, tx));
    const isSettled = [...said.values()].every((one) => {
      const known = before.get(one.accountId);
      return known !== undefined && newsOf(known, one) === null;
    });
    const held = isSettled
      ? await this.repository.hold(provider, ids, tx)
      : await this.learn(provider, [...said.values()], before, tx);
    return new Map(held.map((account) => [account.accountId, account.userId]));
  }

  /**
   * Writes down somebody whom the service has not named yet.
   * @returns their id
   * @throws DomainError 409 `USER.DUPLICATE_EXTERNAL_ID` when the account is known
   */
  async enter(provider: string, account: ProviderAccount, tx: Tx): Promise<number> {
    if ((await this.repository.addUnknown(provider, [account], this.clock.now(), tx)) === 0) {
      throw conflict('USER.DUPLICATE_EXTERNAL_ID', 'There is a user with this external id already.');
    }
    return (await this.repository.findOwner(provider, account.accountId, tx))!;
  }

  /** The user behind an account, or `null` when nobody has heard of it. */
  ownerOf(provider: string, accountId: string, queryable?: Queryable): Promise<number | null> {
    return this.repository.findOwner(provider, accountId, queryable);
  }

  /** The users behind accounts, by account id; unknown ones are missing. */
  findOwners(provider: string, accountIds: readonly string[], queryable?: Queryable): Promise<Map<string, number>> {
    return this.repository.findOwners(provider, accountIds, queryable);
  }

  /** The user an id stands for: whoever claimed that placeholder, else the id itself. */
  resolve(userId: number, queryable?: Queryable): Promise<number> {
    return this.repository.resolve(userId, queryable);
  }

  /** The same, and nobody can claim it until the transaction ends. */
  hold(userId: number, tx: Tx): Promise<number> {
    return this.repository.resolveAndHold(userId, tx);
  }

  /**
   * The account belongs to this user, who has proved it by working credentials.
   * @returns the placeholder that stood for them before, whose entries are theirs now; `null` when there was none
   * @throws DomainError 409 `INTEGRATION.ACCOUNT_TAKEN` when another user with a login has it connected
   */
  async claim(provider: string, accountId: string, userId: number, tx: Tx): Promise<number | null> {
    const now = this.clock.now();
    await this.repository.touch(provider, accountId, userId, now, tx);
    const known = (await this.repository.lock(provider, [accountId], tx))[0]!;
    const isTheirs = known.userId === userId;
    const isPlaceholders = !isTheirs && !(await this.repository.hasLogin(known.userId, tx));
    if (!isTheirs && !isPlaceholders && known.isConnected) {
      throw conflict('INTEGRATION.ACCOUNT_TAKEN', 'Another user has connected this account.');
    }
    if (!isTheirs || !known.isConnected) await this.repository.move(provider, accountId, userId, now, tx);
    if (!isPlaceholders) return null;
    await this.repository.alias(known.userId, userId, now, tx);
    return known.userId;
  }

  /** The user has taken the credentials away: the account stays theirs until somebody else proves it to be theirs. */
  release(provider: string, accountId: string, userId: number, tx: Tx): Promise<void> {
    return this.repository.release(provider, accountId, userId, this.clock.now(), tx);
  }

  private async learn(
    provider: string,
    said: readonly ProviderAccount[],
    before: ReadonlyMap<string, KnownAccount>,
    tx: Tx,
  ): Promise<KnownAccount[]> {
    const now = this.clock.now();
    const unknown = said.filter(({ accountId }) => !before.has(accountId));
    if (unknown.length > 0) await this.repository.addUnknown(provider, unknown, now, tx);
    const ids = said.map(({ accountId }) => accountId);
    const locked = await this.repository.lock(provider, ids, tx);
    const known = byId(locked);
    const news = said.flatMap((one) => newsOf(known.get(one.accountId)!, one) ?? []);
    if (news.length > 0) await this.repository.note(provider, news, now, tx);
    return locked;
  }
}

const byId = (accounts: readonly KnownAccount[]): Map<string, KnownAccount> =>
  new Map(accounts.map((account) => [account.accountId, account]));

/** What a service says anew; `null` when nothing. What it leaves out, it does not say. */
function newsOf(known: KnownAccount, said: ProviderAccount): (ProviderAccount & { userId: number }) | null {
  const name = said.name === known.name ? null : said.name;
  const status = said.status === known.status ? null : said.status;
  return name === null && status === null ? null : { accountId: said.accountId, userId: known.userId, name, status };
}
