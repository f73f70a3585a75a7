import { Injectable } from '@nestjs/common';
import { prepared, type Tx } from '../database/database.js';
import type { UntoldNotice } from './session-letters/digest-letter.js';

export interface NewNotice {
  /** The same content again has the same. */
  fingerprint: string;
  kind: UntoldNotice['kind'];
  externalId: string;
  userId: number | null;
}

/**
 * Slots another transaction is about to use count as used: nobody waits, and at worst a notice is told by the digest instead.
 * Two transactions may notice the same at the same moment; then the second one writes nothing, and a slot was used for nothing.
 */
const ADMIT = prepared(
  'session_notices.admit',
  `with fresh as (
     select v.*, row_number() over (order by fingerprint) as place
     from unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) as v (fingerprint, kind, external_id, user_id)
     where not exists (select from session_notices known where known.fingerprint = v.fingerprint)),
   free as (
     select slot from session_notice_slots where used_at < now() - interval '1 hour'
     order by used_at, slot limit (select count(*) from fresh) for update skip locked),
   used as (
     update session_notice_slots s set used_at = now() from free where s.slot = free.slot returning s.slot)
   insert into session_notices (fingerprint, kind, external_id, user_id, told_at)
   select fingerprint, kind, external_id, user_id, case when place <= (select count(*) from used) then now() end
   from fresh order by fingerprint
   on conflict (fingerprint) do nothing
   returning fingerprint, told_at is not null as is_told`,
);

const TELL_REST = prepared(
  'session_notices.tell_rest',
  `with told as (
     update session_notices set told_at = now() where told_at is null returning kind, external_id, user_id, noticed_at)
   select told.kind, told.external_id as "externalId", users.name as "userName", told.noticed_at as "noticedAt"
   from told left join users on users.id = told.user_id order by told.noticed_at, told.external_id`,
);

@Injectable()
export class SessionNoticesRepository {
  /** @returns the fingerprints of those that are new and may have a mail of their own; the other new ones wait for a digest */
  async admit(notices: readonly NewNotice[], tx: Tx): Promise<Set<string>> {
    const once = [...new Map(notices.map((notice) => [notice.fingerprint, notice])).values()];
    const rows = await tx.query<{ fingerprint: string; is_told: boolean }>(ADMIT, [
      once.map(({ fingerprint }) => fingerprint),
      once.map(({ kind }) => kind),
      once.map(({ externalId }) => externalId),
      once.map(({ userId }) => userId),
    ]);
    return new Set(rows.filter((row) => row.is_told).map((row) => row.fingerprint));
  }

  /** Those no mail has told about yet; from now on one has. */
  tellRest(tx: Tx): Promise<UntoldNotice[]> {
    return tx.query<UntoldNotice>(TELL_REST);
  }
}
