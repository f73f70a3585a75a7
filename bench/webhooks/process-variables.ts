import type { Client } from 'pg';
import { ENTRY_ID, clockifyDelivery, keptHeaders, WORKSPACE_ID } from './clockify-delivery.js';
import { ACCOUNT_PREFIX, EVENT_TYPE, RECIPIENT } from './deliveries.js';

/** What the application wrote for a delivery: entry, history, letter and result. */
const WRITTEN = `
  select to_jsonb(te)::text as row, b.snapshot::text as snapshot, b.diff::text as diff, d.result::text as result,
    m.kind as mail_kind, m.subject as mail_subject, m.content::text as mail_content
  from deliveries d
  join time_entries te on te.id = (d.result->>'entryId')::bigint
  join sessions_binnacle b on b.entry_id = te.id
  join mail_outbox m on m.effect_key like 'entry/' || te.id || '/%'
  where d.state = 'done' order by d.id limit 1`;

/** So that the reference writes rows as large as the application does. */
export async function processVariables(client: Client): Promise<Record<string, string | number>> {
  const raw = Buffer.from(JSON.stringify(clockifyDelivery()));
  const { rows } = await client.query<Record<string, string>>(WRITTEN);
  if (rows[0] === undefined) throw new Error('the application has written no delivery to go by');
  return {
    ...rows[0],
    raw: `\\x${raw.toString('hex')}`,
    raw_length: raw.length,
    headers: JSON.stringify(keptHeaders(EVENT_TYPE)),
    workspace: WORKSPACE_ID,
    account_prefix: ACCOUNT_PREFIX,
    external_prefix: ENTRY_ID.slice(0, 4),
    recipient: RECIPIENT,
    zeros: `\\x${'00'.repeat(32)}`,
  };
}
