import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, MoreThan, Not, Repository } from 'typeorm';
import { Database, prepared, type Tx } from '../database/database.js';
import type { SealedCredentials } from './credentials-cipher.js';
import { Integration } from './integration.entity.js';

/** What connecting an account writes. */
export interface IntegrationDraft {
  userId: number;
  provider: string;
  name: string;
  region: string | null;
  accountId: string;
  accountName: string;
  workspaceId: string;
  workspaceName: string | null;
  timeZone: string | null;
  settings: Record<string, unknown>;
}

const LOCK_FOR_ROTATION = prepared(
  'integrations.lock_for_rotation',
  `select id from integrations where credentials is not null and credentials_key_id <> $1 and id <> all($2::bigint[])
   order by id limit $3 for update`,
);

const RESEAL = prepared(
  'integrations.reseal',
  `update integrations i set credentials = s.bytes, credentials_key_id = $1
   from unnest($2::bigint[], $3::bytea[]) as s (id, bytes) where i.id = s.id`,
);

@Injectable()
export class IntegrationsRepository {
  constructor(
    @InjectRepository(Integration) private readonly rows: Repository<Integration>,
    private readonly database: Database,
  ) {}

  listActive(userId: number): Promise<Integration[]> {
    return this.rows.find({ where: { userId, removedAt: IsNull() }, order: { id: 'ASC' } });
  }

  findPage(userId: number, afterId: number, limit: number): Promise<Integration[]> {
    const where = { userId, removedAt: IsNull(), id: MoreThan(afterId) };
    return this.rows.find({ where, order: { id: 'ASC' }, take: limit });
  }

  listAt(provider: string, workspaceId: string): Promise<Integration[]> {
    return this.rows.find({ where: { provider, workspaceId, removedAt: IsNull() }, order: { id: 'ASC' } });
  }

  findOwned(userId: number, id: number): Promise<Integration | null> {
    return this.rows.findOneBy({ id, userId, removedAt: IsNull() });
  }

  findActive(id: number): Promise<Integration | null> {
    return this.rows.findOneBy({ id, removedAt: IsNull() });
  }

  async nextId(tx: Tx): Promise<number> {
    const [row] = await tx.query<{ id: number }>(`select nextval(pg_get_serial_sequence('integrations', 'id')) as id`);
    return row!.id;
  }

  /** The user's row of that account, the active one first, else the one removed last. */
  async findSameAccount(
    {
      userId,
      provider,
      accountId,
      workspaceId,
    }: Pick<IntegrationDraft, 'userId' | 'provider' | 'accountId' | 'workspaceId'>,
    tx: Tx,
  ): Promise<Integration | null> {
    return tx.manager
      .getRepository(Integration)
      .createQueryBuilder('integration')
      .setLock('pessimistic_write')
      .where({ userId, provider, accountId, workspaceId })
      .orderBy('integration.removedAt', 'DESC', 'NULLS FIRST')
      .limit(1)
      .getOne();
  }

  /** Inserts or revives the row; the unique index refuses an account somebody else has connected. */
  async save(id: number, draft: IntegrationDraft, sealed: SealedCredentials, tx: Tx): Promise<void> {
    await tx.manager.getRepository(Integration).upsert(
      {
        id,
        ...draft,
        settings: draft.settings as never,
        credentials: sealed.bytes,
        credentialsKeyId: sealed.keyId,
        state: 'connected',
        lastError: null,
        removedAt: null,
        projectsFetchedAt: null,
        projectsError: null,
        modifiedAt: () => 'now()',
      },
      ['id'],
    );
  }

  /** @param sealed by integration id, all of them under the key `keyId` */
  async reseal(keyId: string, sealed: ReadonlyMap<number, SealedCredentials>, tx: Tx): Promise<void> {
    await tx.execute(RESEAL, [keyId, [...sealed.keys()], [...sealed.values()].map(({ bytes }) => bytes)]);
  }

  /** Keeps the row for its entries and projects, without what opens the account. */
  async remove(userId: number, id: number, tx: Tx): Promise<Integration | null> {
    const rows = tx.manager.getRepository(Integration);
    const isOurs = { id, userId, removedAt: IsNull() };
    const without = { removedAt: () => 'now()', credentials: null, credentialsKeyId: null };
    const { affected } = await rows.update(isOurs, without);
    return affected === 1 ? rows.findOneBy({ id }) : null;
  }

  /** Whether the user has the same account connected at another workspace. */
  hasOther({ id, userId, provider, accountId }: Integration, tx: Tx): Promise<boolean> {
    const where = { id: Not(id), userId, provider, accountId, removedAt: IsNull() };
    return tx.manager.getRepository(Integration).existsBy(where);
  }

  /**
   * Says what became of the credentials that `integration` was read with; nothing is said about newer ones.
   * @returns when it changed: the moment to tell somebody; `null` when the state was this one before
   */
  async setState(
    integration: Pick<Integration, 'id' | 'credentials'>,
    state: Integration['state'],
    lastError: string | null,
    tx: Tx,
  ): Promise<Date | null> {
    const [changed] = await tx.query<{ modified_at: Date }>(
      prepared(
        'integrations.state',
        `update integrations i set state = $2, last_error = $3, modified_at = now()
         from (select id, state, credentials from integrations where id = $1 for update) before
         where i.id = before.id and before.state <> $2 and before.credentials = $4 returning i.modified_at`,
      ),
      [integration.id, state, lastError, integration.credentials],
    );
    return changed?.modified_at ?? null;
  }

  /** Locks some rows that are not under the current key; `except` those already found to be unreadable. */
  async lockForRotation(
    currentKeyId: string,
    except: readonly number[],
    limit: number,
    tx: Tx,
  ): Promise<Integration[]> {
    const ids = await tx.query<{ id: number }>(LOCK_FOR_ROTATION, [currentKeyId, except, limit]);
    if (ids.length === 0) return [];
    return tx.manager
      .getRepository(Integration)
      .createQueryBuilder('integration')
      .whereInIds(ids.map((row) => row.id))
      .getMany();
  }

  async countUnderOtherKeys(currentKeyId: string): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `select count(*)::int as count from integrations where credentials is not null and credentials_key_id <> $1`,
      [currentKeyId],
    );
    return row!.count;
  }

  /**
   * A few rows for every key id in use, to find out at start whether the ring still opens them. Those that are known not to
   * open say nothing about the ring.
   */
  async samplesPerKey(): Promise<Map<string, Integration[]>> {
    const keys = await this.database.query<{ key: string }>(
      `select distinct credentials_key_id as key from integrations where credentials is not null and state <> 'error'`,
    );
    const samples = new Map<string, Integration[]>();
    for (const { key } of keys) {
      const where = { credentialsKeyId: key, state: Not('error' as const) };
      samples.set(key, await this.rows.find({ where, order: { id: 'ASC' }, take: 5 }));
    }
    return samples;
  }
}
