import type { ClientBase } from 'pg';
import { migrateDatabase, withClient } from '../database/open-database.js';
import { refuseInUse } from './restore.repository.js';

/** How long writes to records that are known at their service wait, so that what happened there since is read first. */
const HOLD_MINUTES = 10;

const SET_ASIDE = 'Set aside: the database was restored, and this had probably happened already.';

/**
 * What was still to be created may have been created since. It is looked for first, by what would have been sent; and a sync that
 * meets it before takes it for ours.
 */
const LOOK_UP_FIRST = `
  update pushes p set needs_look_up = true,
    state = case when p.state in ('pending', 'sending') then 'unknown' else p.state end,
    sent = coalesce(p.sent, jsonb_build_object(
      'start', to_char(e.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'description', e.description, 'projectExternalId', e.project_external_id)),
    lease_token = null, lease_until = null, modified_at = now()
  from time_entries e
  where e.id = p.entry_id and p.external_id is null and p.wanted = 'present' and p.state <> 'done'`;

const HOLD = `
  update pushes set state = case when state = 'sending' then 'pending' else state end,
    next_at = greatest(next_at, now() + make_interval(mins => ${HOLD_MINUTES})),
    lease_token = null, lease_until = null, modified_at = now()
  where external_id is not null and state in ('pending', 'sending', 'unknown')`;

const SET_MAILS_ASIDE = `
  update mail_outbox set state = 'failed', last_error = '${SET_ASIDE}', lease_token = null, lease_until = null, modified_at = now()
  where state in ('pending', 'sending') and ($1::timestamptz is null or created_at < $1)`;

const SET_REPORTS_ASIDE = `
  update report_runs set state = 'failed', last_error = '${SET_ASIDE}', lease_token = null, lease_until = null, modified_at = now()
  where state in ('pending', 'working') and ($1::timestamptz is null or created_at < $1)`;

/** Only a walk over all days finds what was removed there since. */
const WALK_AT_ONCE = `
  update sync_states set state = 'idle', next_at = now(), walked_at = null, walk = null, lease_token = null, lease_until = null`;

export interface Aftercare {
  /** Creates that are looked for before they are sent. */
  lookedFor: number;
  /** Writes that wait until the services have been read. */
  held: number;
  mailsSetAside: number;
  reportsSetAside: number;
  /** Accounts that are read at once, all their days. */
  walks: number;
  /** People who have to sign in again. */
  cookies: number;
}

/**
 * Makes a database fit to go on from an earlier moment than the world around it: nothing that was done since is done again.
 * @param mailsSince mails written at or after it are still sent; `null` sets all aside that wait
 */
export async function settleAfterRestore(client: ClientBase, mailsSince: Date | null): Promise<Aftercare> {
  const count = async (statement: string, values: unknown[] = []) =>
    (await client.query(statement, values)).rowCount ?? 0;
  const lookedFor = await count(LOOK_UP_FIRST);
  const held = await count(HOLD);
  const mailsSetAside = await count(SET_MAILS_ASIDE, [mailsSince]);
  const reportsSetAside = await count(SET_REPORTS_ASIDE, [mailsSince]);
  const walks = await count(WALK_AT_ONCE);
  await count('update sync_members set walked_at = null, walk = null');
  // Who has signed out since must not be signed in again.
  const cookies = await count('delete from cookie_sessions');
  await count('delete from oauth_states');
  await count('delete from leases');
  return { lookedFor, held, mailsSetAside, reportsSetAside, walks, cookies };
}

/**
 * The same for a database that something else than `restore` has set back.
 * @throws ArchiveProblem while an application uses it
 */
export async function settleDatabase(url: string, mailsSince: Date | null): Promise<Aftercare> {
  await refuseInUse(url);
  await migrateDatabase(url);
  return withClient(url, async (client) => {
    await client.query('begin');
    const aftercare = await settleAfterRestore(client, mailsSince);
    await client.query('commit');
    return aftercare;
  });
}
