import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import type { MailLocale } from '../config/mail-settings.js';
import { claimDue, type Claim } from '../database/claims.js';
import { Database, prepared, type Tx } from '../database/database.js';
import type { ClaimedMail, MailFile, MailProgress, Settlement, StoredContent } from './mail.js';

interface MailRow {
  id: number;
  message_id: string;
  kind: string;
  locale: MailLocale;
  subject: string;
  content: StoredContent;
  attempts: number;
  created_at: Date;
  recipients: string[];
  remaining: string[];
  is_refused_by_some: boolean;
  file_name: string | null;
  content_type: string | null;
  file_content: Buffer | null;
}

/** A mail that is fit to be stored. */
export interface StorableMail {
  effectKey: string;
  kind: string;
  locale: MailLocale;
  subject: string;
  content: StoredContent;
  attachmentId: number | null;
  /** At least one address, none twice. */
  to: readonly string[];
}

/**
 * The id is drawn first, because the Message-ID names it. Its turn is the moment of the statement: that of the transaction
 * may lie before a mail about the same entry whose row it has waited for. Rounded, it may lie in the future: whoever looks at
 * once would find nothing.
 */
const ENQUEUE = prepared(
  'mail.enqueue',
  `with wished as (
     select nextval((select pg_get_serial_sequence('mail_outbox', 'id')::regclass)) as id, v.*
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $10::bigint[])
       as v (effect_key, salt, kind, locale, subject, content, attachment_id)),
   mails as (
     insert into mail_outbox (id, effect_key, message_id, kind, locale, subject, content, attachment_id, next_at)
     select id, effect_key, format('<mail-%s.%s@%s>', id, salt, $7::text), kind, locale, subject, content::json, attachment_id,
       date_trunc('milliseconds', clock_timestamp())
     from wished
     on conflict (effect_key) do nothing returning id, effect_key)
   insert into mail_recipients (mail_id, address)
   select mails.id, r.address from mails
   join unnest($8::text[], $9::text[]) as r (effect_key, address) using (effect_key)`,
);

const HAS_DUE = prepared(
  'mail.has_due',
  `select 1 as due from mail_outbox where state in ('pending', 'sending') and next_at <= now()
     and (lease_until is null or lease_until < now()) limit 1`,
);

/** The mail of a worker that died is repeated first, once its lease has run out: later ones must not overtake it. */
const NOBODY_SENDS = `not exists (
  select from mail_outbox busy where busy.state = 'sending' and busy.lease_until >= now())`;

const LOAD = prepared(
  'mail.load',
  `select m.id, m.message_id, m.kind, m.locale, m.subject, m.content, m.attempts, m.created_at,
     a.file_name, a.content_type, a.content as file_content,
     array_agg(r.address order by r.address) as recipients,
     coalesce(array_agg(r.address order by r.address) filter (where r.state = 'pending'), '{}') as remaining,
     bool_or(r.state = 'refused') as is_refused_by_some
   from mail_outbox m join mail_recipients r on r.mail_id = m.id
   left join mail_attachments a on a.id = m.attachment_id
   where m.id = $1 group by m.id, a.id`,
);

const RENEW = prepared(
  'mail.renew',
  'update mail_outbox set lease_until = now() + make_interval(secs => $3) where id = $1 and lease_token = $2',
);

/** Put back where it was: neither its place nor a try is lost. */
const RELEASE = prepared(
  'mail.release',
  `update mail_outbox set state = 'pending', last_error = $3, lease_token = null, lease_until = null, modified_at = now()
   where id = $1 and lease_token = $2`,
);

const SETTLE = prepared(
  'mail.settle',
  `with mine as (
     update mail_outbox set state = $3, attempts = attempts + $4, last_error = $5,
       next_at = case when $3 = 'pending' then now() + make_interval(secs => $6) else next_at end,
       lease_token = null, lease_until = null, modified_at = now()
     where id = $1 and lease_token = $2 returning id),
   told as (
     update mail_recipients r set state = case v.verdict when 'deferred' then 'pending' else v.verdict end,
       last_error = v.reason, accepted_at = case v.verdict when 'accepted' then now() end
     from mine, unnest($7::text[], $8::text[], $9::text[]) as v (address, verdict, reason)
     where r.mail_id = mine.id and r.address = v.address)
   select id from mine`,
);

/** Whoever has it is not sent it again. */
const REDRIVE = prepared(
  'mail.redrive',
  `with again as (
     update mail_outbox set state = 'pending', attempts = 0, last_error = null,
       next_at = date_trunc('milliseconds', now()), modified_at = now()
     where state = 'failed' returning id),
   hopeful as (
     update mail_recipients r set state = 'pending', last_error = null
     from again where r.mail_id = again.id and r.state = 'refused')
   select count(*)::int as count from again`,
);

const ATTACH = prepared(
  'mail.attach',
  'insert into mail_attachments (file_name, content_type, content) values ($1, $2, $3) returning id',
);

const PROGRESS = prepared(
  'mail.progress',
  `select m.effect_key, m.state, json_agg(json_build_object('address', r.address, 'state', r.state) order by r.address) as recipients
   from mail_outbox m join mail_recipients r on r.mail_id = m.id where m.effect_key = any($1) group by m.id`,
);

@Injectable()
export class MailRepository {
  constructor(private readonly database: Database) {}

  /** @param mails in their order; no effect key twice */
  enqueue(mails: readonly StorableMail[], domain: string, tx: Tx): void {
    const salts = randomBytes(8 * mails.length);
    const copies = mails.flatMap(({ effectKey, to }) => to.map((address) => [effectKey, address] as const));
    tx.later(ENQUEUE, [
      mails.map(({ effectKey }) => effectKey),
      mails.map((_mail, index) => salts.toString('hex', index * 8, index * 8 + 8)),
      mails.map(({ kind }) => kind),
      mails.map(({ locale }) => locale),
      mails.map(({ subject }) => subject),
      mails.map(({ content }) => JSON.stringify(content)),
      domain,
      copies.map(([effectKey]) => effectKey),
      copies.map(([, address]) => address),
      mails.map(({ attachmentId }) => attachmentId),
    ]);
  }

  async attach({ fileName, contentType, content }: MailFile, tx: Tx): Promise<number> {
    return (await tx.query<{ id: number }>(ATTACH, [fileName, contentType, content]))[0]!.id;
  }

  async progressOf(effectKeys: readonly string[]): Promise<Map<string, MailProgress>> {
    const rows = await this.database.query<MailProgress & { effect_key: string }>(PROGRESS, [effectKeys]);
    return new Map(rows.map(({ effect_key: key, state, recipients }) => [key, { state, recipients }]));
  }

  async hasDue(): Promise<boolean> {
    return (await this.database.query(HAS_DUE)).length > 0;
  }

  /** The mail that has been due longest; none while another worker is at one. */
  async claim(leaseSeconds: number): Promise<ClaimedMail | null> {
    const claimable = { table: 'mail_outbox', waiting: ['pending'], condition: NOBODY_SENDS, leaseSeconds } as const;
    const [claim] = await claimDue(this.database, claimable, 1);
    if (claim === undefined) return null;
    const [row] = await this.database.query<MailRow>(LOAD, [claim.id]);
    return claimedMail(row!, claim);
  }

  async renew(mail: ClaimedMail, leaseSeconds: number): Promise<boolean> {
    return (await this.database.execute(RENEW, [mail.id, mail.leaseToken, leaseSeconds])) === 1;
  }

  async release(mail: ClaimedMail, reason: string): Promise<boolean> {
    return (await this.database.execute(RELEASE, [mail.id, mail.leaseToken, reason])) === 1;
  }

  /** @returns false when another worker has taken the mail over in the meantime: nothing is written then */
  async settle(mail: ClaimedMail, { state, results, usesTry, delaySeconds, lastError }: Settlement): Promise<boolean> {
    const rows = await this.database.query(SETTLE, [
      mail.id,
      mail.leaseToken,
      state,
      usesTry ? 1 : 0,
      lastError,
      delaySeconds,
      results.map(({ address }) => address),
      results.map(({ verdict }) => verdict),
      results.map(({ reason }) => reason),
    ]);
    return rows.length === 1;
  }

  async redrive(): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(REDRIVE);
    return row!.count;
  }
}

function claimedMail(row: MailRow, claim: Claim): ClaimedMail {
  return {
    ...claim,
    messageId: row.message_id,
    createdAt: row.created_at,
    kind: row.kind,
    to: row.recipients,
    envelope: row.remaining,
    letter: { ...row.content, locale: row.locale, subject: row.subject },
    attempts: row.attempts,
    isRefusedBySome: row.is_refused_by_some,
    file: row.file_name === null ? null : fileOf(row),
  };
}

const fileOf = ({ file_name, content_type, file_content }: MailRow): MailFile => ({
  fileName: file_name!,
  contentType: content_type!,
  content: file_content!,
});
