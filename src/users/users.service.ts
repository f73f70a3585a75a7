import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { conflict, notFound } from '../common/errors.js';
import { cutPage, decodeCursor, MAX_PAGE, type Page } from '../common/pages.js';
import type { Queryable, Tx } from '../database/database.js';
import { hashPassword } from './passwords.js';
import { UsersRepository, type UserValues } from './users.repository.js';
import type { Role, User } from './user.entity.js';

export interface NewUser {
  username: string;
  password: string;
  name?: string;
  email?: string | null;
  role?: Role;
  timeZone?: string;
}

/** What may change of a user. `email: null` takes the address away; what is left out stays. */
export type UserChanges = Partial<
  Pick<
    UserValues,
    'name' | 'email' | 'role' | 'timeZone' | 'settings' | 'passwordHash' | 'isEnabled' | 'hoursPerMonth' | 'isNotified'
  >
>;

/** What may be known of anybody, also of those who cannot sign in. */
export type PersonFacts = Pick<UserChanges, 'name' | 'email' | 'isEnabled' | 'hoursPerMonth' | 'isNotified'>;

/** People: those with a login, and those known only from a provider. */
@Injectable()
export class UsersService {
  constructor(
    private readonly users: UsersRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError 404 `USER.NOT_FOUND` */
  async get(id: number, queryable?: Queryable): Promise<User> {
    return (await this.users.findById(id, queryable)) ?? unknownUser();
  }

  find(id: number): Promise<User | null> {
    return this.users.findById(id);
  }

  /** Those of these users that exist, in id order; asks for none when there are none. */
  async findMany(ids: readonly number[], queryable?: Queryable): Promise<User[]> {
    return ids.length === 0 ? [] : this.users.findByIds(ids, queryable);
  }

  /** The user with a login of that name, in any case; enabled or not. */
  findByUsername(username: string): Promise<User | null> {
    return this.users.findByUsername(username);
  }

  /** The enabled admin with the lowest id: what has no other owner belongs to them. */
  findFirstAdmin(): Promise<User | null> {
    return this.users.findFirstAdmin();
  }

  hasAnyLogin(): Promise<boolean> {
    return this.users.hasAnyLogin();
  }

  /** @throws DomainError 400 `PAGE.BAD_CURSOR` */
  async list({ limit = MAX_PAGE, cursor }: { limit?: number; cursor?: string }): Promise<Page<User>> {
    const [afterId] = decodeCursor(cursor, ['integer']) ?? [0];
    return cutPage(await this.users.findPage(afterId, limit + 1), limit, (user) => [user.id]);
  }

  /** @throws DomainError 409 `USER.USERNAME_TAKEN`, whatever the case of the letters */
  async create(user: NewUser): Promise<User> {
    return (await this.createIfFree(user)) ?? usernameTaken();
  }

  /** Like `create`, but `null` when somebody else has the name. */
  async createIfFree(user: NewUser): Promise<User | null> {
    return this.users.insert({
      username: user.username,
      passwordHash: await hashPassword(user.password),
      name: user.name ?? user.username,
      email: user.email ?? null,
      role: user.role ?? 'member',
      timeZone: user.timeZone ?? 'UTC',
      settings: {},
      isEnabled: true,
      disabledAt: null,
    });
  }

  /**
   * Writes what changed and locks the user until `tx` ends.
   * @returns the user as it was
   * @throws DomainError 404 `USER.NOT_FOUND`; 409 `USER.LAST_ADMIN` when nobody would be left who can manage users; 409
   * `USER.NO_LOGIN` when a person known only from a provider is given what only a login has
   */
  async change(id: number, changes: UserChanges, tx: Tx): Promise<User> {
    return this.write(id, changes, tx, (before) => {
      if (before.username === null && (changes.passwordHash ?? changes.role ?? changes.email) != null) {
        throw conflict('USER.NO_LOGIN', 'This person has no login, so no password, role or email.');
      }
    });
  }

  /**
   * Writes down what is known of a person, with a login or without: also an address to which letters go.
   * @returns the user as it was
   * @throws DomainError 404 `USER.NOT_FOUND`; 409 `USER.LAST_ADMIN`
   */
  describe(id: number, facts: PersonFacts, tx: Tx): Promise<User> {
    return this.write(id, facts, tx, () => {});
  }

  private async write(id: number, changes: UserChanges, tx: Tx, check: (before: User) => void): Promise<User> {
    if (changes.isEnabled === false || changes.role !== undefined) await this.demandAnotherAdmin(id, changes, tx);
    const before = (await this.users.lock(id, tx)) ?? unknownUser();
    check(before);
    const now = this.clock.now();
    await this.users.update(id, { ...changes, ...disabling(changes.isEnabled, before, now) }, now, tx);
    return before;
  }

  /** Two admins who disable each other at once wait for one another here, and the second one is refused. */
  private async demandAnotherAdmin(id: number, changes: UserChanges, tx: Tx): Promise<void> {
    const admins = await this.users.lockEnabledAdmins(tx);
    const staysAdmin = changes.isEnabled !== false && changes.role === 'admin';
    if (!staysAdmin && admins.length === 1 && admins[0] === id) {
      throw conflict('USER.LAST_ADMIN', 'The last enabled admin cannot be disabled or lose the role.');
    }
  }
}

/** The moment of being disabled is the first one: disabling again moves nothing. */
function disabling(isEnabled: boolean | undefined, before: User, now: Date): Partial<UserValues> {
  if (isEnabled === undefined) return {};
  return { disabledAt: isEnabled ? null : (before.disabledAt ?? now) };
}

function unknownUser(): never {
  throw notFound('USER.NOT_FOUND', 'There is no such user.');
}

function usernameTaken(): never {
  throw conflict('USER.USERNAME_TAKEN', 'Another user has that username.');
}
