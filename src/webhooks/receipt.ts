import { randomBytes } from 'node:crypto';
import { sha256 } from '../common/hashing.js';
import type { ReportedEvent, WebhookRefusal, WebhookReport } from '../integrations/contract/webhooks.js';
import { privateWorkspace } from '../time-entries/private-workspace.js';
import { PHONE_EVENT, type Receipt } from './delivery.js';

/** What came in over the wire, as far as it is kept. */
export interface Arrival {
  provider: string;
  raw: Buffer;
  headers: Record<string, string>;
  receivedAt: Date;
}

/**
 * A genuine delivery about an entry. A birth can be reported once: repeated, it is a duplicate or contradicts the first.
 * An end or a removal that says the same again is a duplicate, and one that says something else is for the ledger. Edits are
 * never told apart here: from A to B and back to A are three.
 */
export function receiptOf(arrival: Arrival, event: ReportedEvent, report: WebhookReport): Receipt {
  const { workspaceId, externalId } = report.entry;
  const content = contentHashOf(report);
  const about = [arrival.provider, workspaceId, externalId];
  const isLate = isOutOfTime(arrival.receivedAt, report.delivery?.sentAt ?? null);
  const pending = { ...kept(arrival), event, workspaceId, externalId, state: 'pending', error: null, isLate } as const;
  if (report.delivery !== undefined) {
    const dedupKey = digestOf('delivery', arrival.provider, report.delivery.id);
    return { ...pending, dedupKey, contentHash: dedupKey, conflictKey: null };
  }
  if (event === 'edit' || event === 'restore')
    return { ...pending, dedupKey: randomBytes(32), contentHash: null, conflictKey: null };
  const withContent = digestOf('content', event, ...about, content.toString('hex'));
  if (event !== 'start' && event !== 'manual') {
    return { ...pending, dedupKey: withContent, contentHash: content, conflictKey: null };
  }
  const conflictKey = digestOf('conflict', ...about, content.toString('hex'));
  return {
    ...pending,
    dedupKey: birthKey(arrival.provider, workspaceId, externalId),
    contentHash: content,
    conflictKey,
  };
}

/** Genuine, but it says what cannot be: kept, so that it can be taken after all once the reason is mended. */
export function rejectedReceipt(arrival: Arrival, event: ReportedEvent, refusal: WebhookRefusal): Receipt {
  const { workspaceId, externalId } = refusal.about;
  return { ...unprocessed(arrival, event, 'rejected'), workspaceId, externalId, error: refusal.message };
}

/** Genuine, and about something else. */
export const ignoredReceipt = (arrival: Arrival, event: string): Receipt => unprocessed(arrival, event, 'ignored');

/** The same bytes again are one delivery. */
function unprocessed(arrival: Arrival, event: string, state: 'rejected' | 'ignored'): Receipt {
  const digest = sha256(arrival.raw);
  const dedupKey = digestOf(state, arrival.provider, event, digest.toString('hex'));
  const nothing = { workspaceId: null, externalId: null, conflictKey: null, error: null, isLate: false };
  return { ...kept(arrival), ...nothing, event, state, dedupKey, contentHash: digest };
}

/**
 * What a phone has sent for somebody; the same bytes again are one delivery, unless they could not be read. Of what is ignored
 * no bytes are kept: it tells of a body, and of nothing that was asked for.
 */
export function phoneReceipt(
  arrival: Arrival,
  ownerId: number,
  state: Receipt['state'],
  error: string | null,
): Receipt {
  const digest = sha256(arrival.raw);
  return {
    ...kept(arrival),
    raw: state === 'ignored' ? Buffer.alloc(0) : arrival.raw,
    event: PHONE_EVENT,
    workspaceId: privateWorkspace(ownerId),
    externalId: null,
    dedupKey: digestOf(state, PHONE_EVENT, String(ownerId), digest.toString('hex')),
    contentHash: digest,
    conflictKey: null,
    state,
    error,
    isLate: false,
  };
}

const kept = ({ provider, raw, headers }: Arrival) => ({ provider, raw, headers });

/** Clocks differ a little; what was held back says nothing new by itself. */
const LATE_MILLISECONDS = 5 * 60_000;
const EARLY_MILLISECONDS = 60_000;

function isOutOfTime(receivedAt: Date, sentAt: Date | null): boolean {
  if (sentAt === null) return false;
  const age = receivedAt.getTime() - sentAt.getTime();
  return age > LATE_MILLISECONDS || age < -EARLY_MILLISECONDS;
}

/** What two deliveries have to agree on to say the same; the bytes carry figures that move by themselves. */
export function contentHashOf({ entry, account }: WebhookReport): Buffer {
  return digestOf(
    entry.start.toISOString(),
    entry.end?.toISOString() ?? null,
    entry.description,
    entry.projectExternalId,
    entry.taskExternalId,
    entry.isBillable,
    account.accountId,
    ...[...new Set(entry.tags)].sort(),
  );
}

/** Under which the first report of an entry's birth is kept. */
export const birthKey = (provider: string, workspaceId: string, externalId: string): Buffer =>
  digestOf('birth', provider, workspaceId, externalId);

const digestOf = (...parts: (string | boolean | null)[]): Buffer => sha256(JSON.stringify(parts));
