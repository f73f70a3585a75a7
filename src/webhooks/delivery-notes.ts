import { Injectable } from '@nestjs/common';
import { Transactions } from '../database/transactions.js';
import { ErrorLogService, type ErrorReport } from '../errors/error-log.service.js';
import { EntryReads, type WantedRead } from '../entry-reads/entry-reads.service.js';
import { SessionMail, type SessionWish } from '../time-entries/session-mail.js';
import { DeliveryNotesRepository, type UnnotedDelivery } from './delivery-notes.repository.js';
import { NoteFacts, type Fault, type Note } from './note-facts.js';

const BATCH = 100;

/**
 * Tells of what was delivered twice, contradicts or cannot be: in the error log, where every copy is counted exactly once, and
 * by mail, once for all copies.
 */
@Injectable()
export class DeliveryNotes {
  constructor(
    private readonly repository: DeliveryNotesRepository,
    private readonly facts: NoteFacts,
    private readonly errorLog: ErrorLogService,
    private readonly mail: SessionMail,
    private readonly reads: EntryReads,
    private readonly transactions: Transactions,
  ) {}

  /** Returns how many deliveries there were something to say about. */
  noteSome(): Promise<number> {
    return this.transactions.run(async (tx) => {
      const unnoted = await this.repository.take(BATCH, tx);
      if (unnoted.length === 0) return 0;
      const notes = await this.facts.of(unnoted, tx);
      await this.errorLog.recordIn(notes.map(reportOf), tx);
      await this.mail.enqueue(notes.flatMap(wishOf), tx);
      this.reads.want(notes.flatMap(readAfter), tx);
      this.repository.noted(
        unnoted.map(({ id }) => id),
        tx,
      );
      return unnoted.length;
    });
  }
}

const CODES: Record<Fault, string> = {
  duplicate: 'SESSION.DUPLICATE_EXTERNAL_ID',
  conflict: 'SESSION.CONFLICTING_EXTERNAL_ID',
  rejected: 'WEBHOOK.INVALID',
};

function reportOf({ delivery, fault, userId, diff }: Note): ErrorReport {
  const { id, provider, event, workspaceId, externalId, unnoted } = delivery;
  return {
    code: CODES[fault],
    severity: fault === 'duplicate' ? (isBirth(delivery) ? 'warning' : 'info') : 'error',
    message: messageOf(delivery, fault),
    endpoint: `webhook/${provider}/${event}`,
    method: 'POST',
    status: fault === 'rejected' ? 422 : 200,
    subject: JSON.stringify([provider, workspaceId, externalId, fault === 'duplicate' ? null : id]),
    occurrences: unnoted,
    detail: { provider, event, workspaceId, externalId, delivery: id, ...(fault === 'conflict' ? { diff } : {}) },
    userId: userId ?? undefined,
  };
}

function messageOf({ externalId, event, error }: UnnotedDelivery, fault: Fault): string {
  if (fault === 'rejected') return error ?? 'It says what cannot be.';
  return fault === 'conflict'
    ? `Session with external ID "${externalId}" already exists with another content on ${event}`
    : `Session with external ID "${externalId}" already exists on ${event}`;
}

/** Only a birth that is repeated is worth a letter. */
function wishOf({ delivery, fault, isRoutine, userId, name, entry, diff }: Note): SessionWish[] {
  if (isRoutine || fault === 'rejected' || !isBirth(delivery) || delivery.externalId === null) return [];
  return [
    {
      wish: { kind: fault, before: null, after: entry, detail: diff },
      entryId: entry?.id ?? null,
      sequence: entry?.binnacleSequence ?? 0,
      userId,
      name: name ?? undefined,
      externalId: delivery.externalId,
      key: { source: delivery.provider, workspaceId: delivery.workspaceId!, externalId: delivery.externalId },
      fingerprint: String(delivery.id),
    },
  ];
}

/** Which of two contradicting births holds there, only the service knows. */
function readAfter({ fault, entry }: Note): WantedRead[] {
  if (fault !== 'conflict' || entry?.integrationId == null || entry.externalId === null) return [];
  return [{ integrationId: entry.integrationId, externalId: entry.externalId, reason: fault }];
}

const isBirth = ({ event }: UnnotedDelivery): boolean => event === 'start' || event === 'manual';
