import { BinnacleRepository, type SignedRegister } from '../../src/binnacle/binnacle.repository.js';
import type { SealedRow } from '../../src/binnacle/chain.js';
import type { Database, Tx } from '../../src/database/database.js';
import { MailRepository } from '../../src/mail/mail.repository.js';
import { TimeEntriesRepository } from '../../src/time-entries/time-entries.repository.js';
import { PeopleRepository } from '../../src/users/people.repository.js';
import { UsersRepository } from '../../src/users/users.repository.js';
import { DeliveriesRepository } from '../../src/webhooks/deliveries.repository.js';
import { InboxRepository } from '../../src/webhooks/inbox.repository.js';
import { statementOf, withExpressions } from '../support/statements.js';
import { FIRST_OF_PGBENCH } from './deliveries.js';

const KEY = { source: '', workspaceId: '', externalId: '' };

/** What the application sends for a delivery, from the inbox to the last letter, asked of its own repositories. */
const SENT = {
  store: (database: Database) => new InboxRepository(database).store([]),
  findPeople: (database: Database, tx: Tx) => new PeopleRepository(database).find('', [], tx),
  holdPeople: (database: Database, tx: Tx) => new PeopleRepository(database).hold('', [], tx),
  reserve: (database: Database, tx: Tx) => new TimeEntriesRepository(database).reserve([], tx),
  lock: (database: Database, tx: Tx) => new TimeEntriesRepository(database).lock([], [KEY], tx),
  lockRegisters: (_database: Database, tx: Tx) => new BinnacleRepository().lockRegisters([], tx),
  writeRegisters: (_database: Database, tx: Tx) => new BinnacleRepository().writeRegisters([] as SignedRegister[], tx),
  writeEntries: (database: Database, tx: Tx) => new TimeEntriesRepository(database).write([], tx),
  insertBinnacle: (_database: Database, tx: Tx) => new BinnacleRepository().insertRows([] as SealedRow[], tx),
  findUsers: (database: Database) => new UsersRepository(database).findByIds([]),
  enqueueMail: (database: Database, tx: Tx) => new MailRepository(database).enqueue([], '', tx),
  finish: (database: Database, tx: Tx) => new DeliveriesRepository(database).finish('', [], tx),
} satisfies Record<string, (database: Database, tx: Tx) => unknown>;

type Name = keyof typeof SENT;

const ACCOUNT = `array[:account_prefix::text || :account::text]`;
const EXTERNAL_ID = ':external_prefix::text || :number::text';
const TOKEN = 'md5(:number::text)::uuid';
const ROW = `jsonb_build_array(:row::jsonb || jsonb_build_object('id', :entry_id::bigint, 'user_id', :person_userId::bigint,
  'external_id', ${EXTERNAL_ID}, 'register_number', :register_entry_count::int + 1,
  'register_user_id', :person_userId::bigint, 'register_previous_id', :register_last_entry_id::bigint))`;

/** One delivery each: values as the application wrote them for such a delivery, under ids of their own. */
const VALUES: Record<Name, readonly string[]> = {
  store: [
    `array['clockify']`,
    `array['end']`,
    'array[:workspace::text]',
    `array[${EXTERNAL_ID}]`,
    'array[true]',
    `sha256(convert_to(:number::text, 'UTF8'))`,
    ':zeros::bytea',
    ':raw::bytea',
    'array[1]',
    'array[:raw_length::int]',
    'array[:headers::text]',
    `array['pending']`,
    'array[1]',
    'array[1]',
    'array[null]',
    'array[false]',
  ],
  findPeople: [`'clockify'`, ACCOUNT],
  holdPeople: [`'clockify'`, ACCOUNT],
  reserve: [
    'array[:person_userId::bigint]',
    `array['clockify']`,
    'array[:workspace::text]',
    `array[${EXTERNAL_ID}]`,
    'array[now()]',
    ':zeros::bytea',
    'array[null]::timestamptz[]',
  ],
  lock: [`array[]::bigint[]`, `array['clockify']`, 'array[:workspace::text]', `array[${EXTERNAL_ID}]`],
  lockRegisters: ['array[:person_userId::bigint]'],
  writeRegisters: [
    'array[:person_userId::bigint]',
    'array[:register_entry_count::int + 1]',
    'array[:entry_id::bigint]',
    `array['none']`,
    'array[:zeros::bytea]',
  ],
  writeEntries: [ROW.replaceAll(/\s+/g, ' ')],
  insertBinnacle: [
    'array[:entry_id::bigint]',
    'array[1]',
    `array['created']`,
    `array['webhook']`,
    `array['clockify']`,
    'array[null]',
    `array['delivery']`,
    'array[:delivery_id::text]',
    'array[:snapshot::text]',
    'array[:diff::text]',
    'array[now()]',
    `array['none']`,
    'array[:zeros::bytea]',
    'array[:zeros::bytea]',
  ],
  findUsers: ['array[:person_userId::bigint]'],
  enqueueMail: [
    `array['pgbench/' || :number::text]`,
    'array[:number::text]',
    'array[:mail_kind::text]',
    `array['es']`,
    'array[:mail_subject::text]',
    'array[:mail_content::text]',
    `'example.com'`,
    `array['pgbench/' || :number::text]`,
    'array[:recipient::text]',
    'array[null]::bigint[]',
  ],
  finish: [TOKEN, 'array[:delivery_id::bigint]', `array['done']`, 'array[:result::text]'],
};

/** Whose answer later statements need. */
const PREFIXES: Partial<Record<Name, string>> = {
  store: 'delivery_',
  holdPeople: 'person_',
  lock: 'entry_',
  lockRegisters: 'register_',
};

/**
 * The row a worker takes, as a claim leaves it. The application has to look for it among others; the reference knows it, and is
 * so much the faster.
 */
const TAKE = `update deliveries set state = 'processing', attempts = attempts + 1, lease_token = ${TOKEN},
  lease_until = now() + interval '1 minute', modified_at = now() where id = :delivery_id;`.replaceAll(/\s+/g, ' ');

/** A whole delivery in one transaction, each client a person of its own. */
export async function processScript(): Promise<string> {
  const lines: string[] = [];
  for (const name of Object.keys(SENT) as Name[]) {
    const statement = await statementOf(SENT[name]);
    const text = withExpressions(statement, VALUES[name]);
    const prefix = PREFIXES[name];
    lines.push(prefix === undefined ? `${text};` : String.raw`${text} \gset ${prefix}`);
    if (name === 'store') lines.push(TAKE);
  }
  const setUp = [
    String.raw`\set account ${FIRST_OF_PGBENCH} + :client_id`,
    String.raw`\set number random(1, 9000000000000000)`,
  ];
  return [...setUp, 'begin;', ...lines, 'commit;'].join('\n');
}
