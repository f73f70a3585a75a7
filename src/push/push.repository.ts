import { Injectable } from '@nestjs/common';
import { claimDue, type Claim } from '../database/claims.js';
import { Database, prepared, type Queryable, type Tx } from '../database/database.js';
import { bothOf, traceOf, type TraceRow } from './push-trace.js';
import type {
  ClaimedPush,
  NewPush,
  OpenPush,
  PushPostponement,
  PushState,
  PushStatus,
  PushSuccess,
  PushTrace,
  SentEntry,
} from './push.js';

type StoredSent = Omit<SentEntry, 'start'> & { start: string };

interface PushRow {
  id: number;
  entry_id: number;
  integration_id: number;
  wanted: 'present' | 'absent';
  external_id: string | null;
  entry_version: number;
  intent: 'write' | 'stop' | 'reopen';
  needs_look_up: boolean;
  sent: StoredSent | null;
  attempts: number;
  first_failed_at: Date | null;
}

/** A write that has gone out, or is about to, and is not confirmed. */
export interface UnconfirmedPush {
  integrationId: number;
  externalId: string | null;
  sent: SentEntry | null;
}

const ENQUEUE = prepared(
  'pushes.enqueue',
  `insert into pushes (entry_id, integration_id, wanted, external_id, entry_version, intent)
   select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::int[], $6::text[])
   on conflict (entry_id, integration_id) do update set
     wanted = excluded.wanted,
     entry_version = excluded.entry_version,
     external_id = coalesce(pushes.external_id, excluded.external_id),
     intent = case
       when pushes.state = 'done' then excluded.intent
       when excluded.intent = 'stop' then 'write'
       when pushes.intent = 'reopen' and excluded.intent = 'write' then 'reopen'
       else excluded.intent end,
     -- what is under way, or may have happened, is found out first
     state = case when pushes.state in ('sending', 'unknown') then pushes.state else 'pending' end,
     attempts = 0, first_failed_at = null, last_error = null, next_at = now(), modified_at = now()`,
);

const LOAD = prepared(
  'pushes.load',
  `select id, entry_id, integration_id, wanted, external_id, entry_version, intent, needs_look_up, sent,
     attempts, first_failed_at
   from pushes where id = any($1)`,
);

/** A wish that changed while it was carried out stays open. */
const SUCCEED = prepared(
  'pushes.succeed',
  `update pushes set
     state = case when entry_version <= $3 then 'done' else 'pending' end,
     external_id = $4, rounding_note = $5, rounded_start = $6, rounded_end = $7, attempts = 0, first_failed_at = null, last_error = null,
     intent = case when entry_version <= $3 then 'write' else intent end, needs_look_up = false,
     is_creator = is_creator or sent is not null, sent = null,
     written = case when $8::text is null then written else ($8::text || array_remove(written, $8::text))[1:8] end,
     next_at = now(), lease_token = null, lease_until = null, modified_at = now()
   where id = $1 and lease_token = $2`,
);

const POSTPONE = prepared(
  'pushes.postpone',
  `update pushes set state = $3, last_error = $4, needs_look_up = $7, sent = case when $7 then sent end,
     next_at = now() + make_interval(secs => $5),
     attempts = attempts + $6, first_failed_at = case when $6 > 0 then coalesce(first_failed_at, now()) end,
     lease_token = null, lease_until = null, modified_at = now()
   where id = $1 and lease_token = $2`,
);

const RENEW = prepared(
  'pushes.renew',
  `update pushes set lease_until = now() + make_interval(secs => $3), sent = coalesce($4::jsonb, sent),
     external_id = coalesce($5, external_id), needs_look_up = $6
   where id = $1 and lease_token = $2`,
);

const TRACES = prepared(
  'pushes.traces',
  `select entry_id, wanted, state, is_creator, written from pushes where entry_id = any($1)`,
);

/** Creates whose outcome is not written down yet, and writes whose confirmation is not. */
const UNCONFIRMED = prepared(
  'pushes.unconfirmed',
  `select integration_id, external_id, sent from pushes
   where integration_id = any($1) and sent is not null
   union all
   select integration_id, external_id, null from pushes
   where integration_id = any($1) and external_id is not null and state in ('pending', 'sending', 'unknown')`,
);

const FIND_OPEN = prepared(
  'pushes.find_open',
  `select entry_id as "entryId", integration_id as "integrationId", wanted, external_id as "externalId",
     entry_version as "entryVersion"
   from pushes where integration_id = $1 and state in ('pending', 'sending', 'unknown') order by entry_id`,
);

/** A create that is under way may arrive after all: it is looked for if the account is ever connected again. */
const CANCEL = prepared(
  'pushes.cancel',
  `update pushes set state = 'cancelled', lease_token = null, lease_until = null, modified_at = now(),
     needs_look_up = needs_look_up or (state = 'sending' and external_id is null)
   where integration_id = $1 and state <> 'done'`,
);

const RESUME = prepared(
  'pushes.resume',
  `update pushes set state = case when needs_look_up then 'unknown' else 'pending' end,
     attempts = 0, first_failed_at = null, last_error = null, next_at = now(), modified_at = now()
   where integration_id = $1 and state = 'cancelled'`,
);

/** What a worker has in its hands is not taken from it: its answer is read again by the next sync. */
const WITHDRAW = prepared(
  'pushes.withdraw',
  `update pushes set state = 'done', last_error = null, needs_look_up = false, modified_at = now()
   where entry_id = any($1) and external_id is not null and state in ('pending', 'unknown')`,
);

const REDRIVE = prepared(
  'pushes.redrive',
  `update pushes set state = case when needs_look_up then 'unknown' else 'pending' end,
     attempts = 0, first_failed_at = null, last_error = null, next_at = now(), modified_at = now()
   where state = 'failed' and ($1::bigint is null or integration_id = $1)`,
);

@Injectable()
export class PushRepository {
  constructor(private readonly database: Database) {}

  async enqueue(pushes: readonly NewPush[], tx: Tx): Promise<void> {
    await tx.execute(ENQUEUE, [
      pushes.map((push) => push.entryId),
      pushes.map((push) => push.integrationId),
      pushes.map((push) => push.wanted),
      pushes.map((push) => push.externalId),
      pushes.map((push) => push.entryVersion),
      pushes.map((push) => push.intent),
    ]);
  }

  /** By entry; of several integrations' wishes everything together. */
  async findTraces(entryIds: readonly number[], queryable: Queryable): Promise<Map<number, PushTrace>> {
    const traces = new Map<number, PushTrace>();
    for (const row of await queryable.query<TraceRow>(TRACES, [entryIds])) {
      const trace = traceOf(row);
      const other = traces.get(row.entry_id);
      traces.set(row.entry_id, other === undefined ? trace : bothOf(trace, other));
    }
    return traces;
  }

  findOpen(integrationId: number, queryable: Queryable = this.database): Promise<OpenPush[]> {
    return queryable.query<OpenPush & Record<string, unknown>>(FIND_OPEN, [integrationId]);
  }

  async findStatus(entryId: number, integrationId: number): Promise<PushStatus | null> {
    const [row] = await this.database.query<{ state: PushState; last_error: string | null; is_reachable: boolean }>(
      prepared(
        'pushes.status',
        `select p.state, p.last_error, i.state = 'connected' and i.removed_at is null as is_reachable
         from pushes p join integrations i on i.id = p.integration_id where p.entry_id = $1 and p.integration_id = $2`,
      ),
      [entryId, integrationId],
    );
    if (row === undefined) return null;
    return { entryId, state: row.state, lastError: row.last_error, isReachable: row.is_reachable };
  }

  /** Claims due wishes of connected integrations, except of those somebody here is busy with. */
  async claim(limit: number, leaseSeconds: number, busyIntegrations: readonly number[]): Promise<ClaimedPush[]> {
    const claims = await claimDue(
      this.database,
      {
        table: 'pushes',
        waiting: ['pending', 'unknown'],
        condition: `t.integration_id <> all($5) and exists (
          select from integrations i where i.id = t.integration_id and i.state = 'connected' and i.removed_at is null)`,
        leaseSeconds,
      },
      limit,
      [busyIntegrations],
    );
    if (claims.length === 0) return [];
    const byId = new Map(claims.map((claim) => [claim.id, claim]));
    const rows = await this.database.query<PushRow>(LOAD, [claims.map((claim) => claim.id)]);
    return rows.map((row) => claimedPush(row, byId.get(row.id)!));
  }

  /** Prolongs the lease and notes what is known by now; false when another worker has taken the wish over. */
  async renew(push: ClaimedPush, leaseSeconds: number, sent: SentEntry | null): Promise<boolean> {
    const { id, leaseToken, externalId, needsLookUp } = push;
    const values = [id, leaseToken, leaseSeconds, sent === null ? null : JSON.stringify(sent), externalId, needsLookUp];
    return (await this.database.execute(RENEW, values)) === 1;
  }

  /** @returns false when another worker has taken the wish over in the meantime */
  async succeed(push: ClaimedPush, success: PushSuccess, tx: Tx): Promise<boolean> {
    const { note = null, start = null, end = null } = success.rounding ?? {};
    const { entryVersion, externalId, written } = success;
    const values = [push.id, push.leaseToken, entryVersion, externalId, note, start, end, written];
    return (await tx.execute(SUCCEED, values)) === 1;
  }

  async postpone(push: ClaimedPush, to: PushPostponement): Promise<boolean> {
    const tries = to.countsAsAttempt ? 1 : 0;
    const values = [push.id, push.leaseToken, to.state, to.error, to.delaySeconds, tries, to.needsLookUp];
    return (await this.database.execute(POSTPONE, values)) === 1;
  }

  async withdraw(entryIds: readonly number[], tx: Tx): Promise<void> {
    await tx.execute(WITHDRAW, [entryIds]);
  }

  async findUnconfirmed(
    integrationIds: readonly number[],
    queryable: Queryable = this.database,
  ): Promise<UnconfirmedPush[]> {
    const rows = await queryable.query<{
      integration_id: number;
      external_id: string | null;
      sent: StoredSent | null;
    }>(UNCONFIRMED, [integrationIds]);
    return rows.map((row) => ({
      integrationId: row.integration_id,
      externalId: row.external_id,
      sent: row.sent && sentEntry(row.sent),
    }));
  }

  async cancelFor(integrationId: number, tx: Tx): Promise<void> {
    await tx.execute(CANCEL, [integrationId]);
  }

  async resumeFor(integrationId: number, tx: Tx): Promise<void> {
    await tx.execute(RESUME, [integrationId]);
  }

  redrive(integrationId: number | null): Promise<number> {
    return this.database.execute(REDRIVE, [integrationId]);
  }
}

const sentEntry = (sent: StoredSent): SentEntry => ({ ...sent, start: new Date(sent.start) });

function claimedPush(row: PushRow, claim: Claim): ClaimedPush {
  return {
    ...claim,
    entryId: row.entry_id,
    integrationId: row.integration_id,
    wanted: row.wanted,
    externalId: row.external_id,
    entryVersion: row.entry_version,
    intent: row.intent,
    // A worker that died half-way may have sent the create.
    needsLookUp: row.external_id === null && (row.needs_look_up || claim.previousState === 'sending'),
    sent: row.sent && sentEntry(row.sent),
    attempts: row.attempts,
    firstFailedAt: row.first_failed_at,
  };
}
