import { Injectable } from '@nestjs/common';
import { Database, prepared, type Queryable, type Tx } from '../database/database.js';
import { User, type Role } from './user.entity.js';

/** What may be written of a person with a login. */
export interface UserValues {
  username: string;
  passwordHash: string;
  name: string;
  email: string | null;
  role: Role;
  timeZone: string;
  settings: Record<string, unknown>;
  isEnabled: boolean;
  disabledAt: Date | null;
  hoursPerMonth: number | null;
  isNotified: boolean;
}

type NewUserValues = Omit<UserValues, 'hoursPerMonth' | 'isNotified'>;

const COLUMN_OF: Record<keyof UserValues, string> = {
  username: 'username',
  passwordHash: 'password_hash',
  name: 'name',
  email: 'email',
  role: 'role',
  timeZone: 'time_zone',
  settings: 'settings',
  isEnabled: 'is_enabled',
  disabledAt: 'disabled_at',
  hoursPerMonth: 'hours_per_month',
  isNotified: 'is_notified',
};

const COLUMNS = `id, username, password_hash as "passwordHash", name, email, role, time_zone as "timeZone", settings,
  is_enabled as "isEnabled", disabled_at as "disabledAt", provider_name as "providerName",
  provider_status as "providerStatus", claimed_by as "claimedBy", hours_per_month as "hoursPerMonth",
  is_notified as "isNotified", created_at as "createdAt", modified_at as "modifiedAt"`;

const BY_ID = prepared('users.by-id', `select ${COLUMNS} from users where id = $1`);
const BY_IDS = prepared('users.by-ids', `select ${COLUMNS} from users where id = any($1) order by id`);
const BY_USERNAME = prepared('users.by-username', `select ${COLUMNS} from users where lower(username) = lower($1)`);
/** Who was claimed is somebody else by now. */
const PAGE = prepared(
  'users.page',
  `select ${COLUMNS} from users where id > $1 and claimed_by is null order by id limit $2`,
);
const FIRST_ADMIN = prepared(
  'users.first-admin',
  `select ${COLUMNS} from users where role = 'admin' and is_enabled and username is not null order by id limit 1`,
);
const LOCK_ADMINS = prepared(
  'users.lock-admins',
  `select id from users where role = 'admin' and is_enabled and username is not null order by id for no key update`,
);
const ANY_LOGIN = prepared('users.any-login', 'select exists (select from users where username is not null) as found');

@Injectable()
export class UsersRepository {
  constructor(private readonly database: Database) {}

  async findById(id: number, queryable: Queryable = this.database): Promise<User | null> {
    return (await queryable.query<User>(BY_ID, [id]))[0] ?? null;
  }

  findByIds(ids: readonly number[], queryable: Queryable = this.database): Promise<User[]> {
    return queryable.query<User>(BY_IDS, [ids]);
  }

  async findByUsername(username: string): Promise<User | null> {
    return (await this.database.query<User>(BY_USERNAME, [username]))[0] ?? null;
  }

  async findFirstAdmin(): Promise<User | null> {
    return (await this.database.query<User>(FIRST_ADMIN))[0] ?? null;
  }

  /** Users with an id above `afterId`, by id. */
  findPage(afterId: number, limit: number): Promise<User[]> {
    return this.database.query<User>(PAGE, [afterId, limit]);
  }

  async hasAnyLogin(): Promise<boolean> {
    return (await this.database.query<{ found: boolean }>(ANY_LOGIN))[0]!.found;
  }

  /** Ids of the enabled admins, held until the transaction ends: whoever wants to remove another one waits. */
  async lockEnabledAdmins(tx: Tx): Promise<number[]> {
    return (await tx.query<{ id: number }>(LOCK_ADMINS)).map((row) => row.id);
  }

  /** @returns the new user, or `null` when the username is taken: the unique index decides, not a look beforehand */
  async insert(values: NewUserValues): Promise<User | null> {
    const rows = await this.database.query<User>(
      `insert into users (username, password_hash, name, email, role, time_zone, settings)
       values ($1, $2, $3, $4, $5, $6, $7) on conflict ((lower(username))) do nothing returning ${COLUMNS}`,
      [
        values.username,
        values.passwordHash,
        values.name,
        values.email,
        values.role,
        values.timeZone,
        JSON.stringify(values.settings),
      ],
    );
    return rows[0] ?? null;
  }

  /** Writes the given fields and no others. */
  async update(id: number, values: Partial<UserValues>, now: Date, tx: Tx): Promise<void> {
    const given = Object.entries(values).filter(([, value]) => value !== undefined) as [keyof UserValues, unknown][];
    const assignments = given.map(([field], index) => `${COLUMN_OF[field]} = $${index + 3}`);
    const parameters = given.map(([field, value]) => (field === 'settings' ? JSON.stringify(value) : value));
    await tx.execute(`update users set ${['modified_at = $2', ...assignments].join(', ')} where id = $1`, [
      id,
      now,
      ...parameters,
    ]);
  }

  /** Locks the user until the transaction ends. */
  async lock(id: number, tx: Tx): Promise<User | null> {
    return (await tx.query<User>(`select ${COLUMNS} from users where id = $1 for no key update`, [id]))[0] ?? null;
  }
}
