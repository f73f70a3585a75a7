import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import type { Tx } from '../database/database.js';
import { plainText } from '../mail/mail-text.js';
import { MailService } from '../mail/mail.service.js';
import { UsersService } from '../users/users.service.js';
import type { ExternalKey } from './entry-change.js';
import { KnownEntriesService } from './known-entries.service.js';
import type { LetterKind, MailWish } from './mail-wish.js';
import { recipientsOf, type Addressee } from './session-letters/recipients.js';
import { sessionLetter } from './session-letters/session-letter.js';
import { SessionNoticesRepository, type NewNotice } from './session-notices.repository.js';
import type { TimeEntry } from './time-entry.js';

/** A letter somebody should get about a session. */
export interface SessionWish {
  wish: MailWish;
  entryId: number | null;
  /** Of the entry's history: which of its changes the letter is about. */
  sequence: number;
  /** Whose session it is; `null` when nobody here knows. */
  userId: number | null;
  /** What the service calls them, for when nobody does. */
  name?: string;
  /** The service's id of it; empty when it has none. */
  externalId: string;
  /** Under which the session may be known, for whoever has it not at hand: the letter then tells what is here. */
  key?: ExternalKey;
  /** Of a repeated delivery: its copies have the same. */
  fingerprint?: string;
}

interface AddressedWish extends SessionWish {
  person: Addressee | null;
  to: string[];
  effectKey: string;
}

/** Tells coordination and the person what happened to a session, in the transaction in which it happened. */
@Injectable()
export class SessionMail {
  constructor(
    private readonly mails: MailService,
    private readonly users: UsersService,
    private readonly notices: SessionNoticesRepository,
    private readonly known: KnownEntriesService,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Writes the letters of a batch, in this order, with a fixed number of statements; nothing without a mail server. */
  async enqueue(wishes: readonly SessionWish[], tx: Tx): Promise<void> {
    if (!this.mails.isConfigured) return;
    const wanted = wishes.filter(({ wish }) => !this.isMuted(wish.kind));
    if (wanted.length === 0) return;
    const addressed = await this.address(await this.complete(wanted, tx), tx);
    const told = await this.withinLimit(addressed, tx);
    const at = this.clock.now();
    const { overtimeHours } = this.config;
    const letters = told.map(({ wish, key, person, name, externalId, effectKey, to }) => ({
      effectKey,
      kind: `session.${wish.kind}`,
      to,
      letter: sessionLetter(
        { ...wish, source: key?.source, person: person ?? named(name), externalId, at, overtimeHours },
        this.mails.locale,
      ),
    }));
    this.mails.enqueueAll(letters, tx);
  }

  private isMuted(kind: LetterKind): boolean {
    const { duplicateNotify } = this.config.mail;
    if (kind === 'duplicate') return duplicateNotify !== 'all';
    return kind === 'conflict' && duplicateNotify === 'none';
  }

  private async complete(wishes: readonly SessionWish[], tx: Tx): Promise<readonly SessionWish[]> {
    const missing = wishes.flatMap(({ wish, key }) =>
      wish.before === null && wish.after === null && key !== undefined ? [key] : [],
    );
    if (missing.length === 0) return wishes;
    const found = new Map((await this.known.findByKeys(missing, tx)).map((entry) => [keyText(entry), entry]));
    return wishes.map((one) => {
      const entry = one.key === undefined ? undefined : found.get(keyText(one.key));
      if (entry === undefined) return one;
      return { ...one, wish: { ...one.wish, after: entry }, entryId: entry.id, userId: one.userId ?? entry.userId };
    });
  }

  private async address(wishes: readonly SessionWish[], tx: Tx): Promise<AddressedWish[]> {
    const ids = new Set(wishes.flatMap(({ userId }) => userId ?? []));
    const people = new Map((await this.users.findMany([...ids], tx)).map((user) => [user.id, user]));
    return wishes.flatMap((one) => {
      const person = one.userId === null ? null : (people.get(one.userId) ?? null);
      const { before, after } = one.wish;
      const to = recipientsOf((after ?? before ?? one.key)?.source ?? null, person, this.mails.watchers);
      return to.length === 0 ? [] : [{ ...one, person, to, effectKey: effectKeyOf(one) }];
    });
  }

  /** Copies of one delivery are told once, and not too many of them an hour: a replay must not become a bomb of mails. */
  private async withinLimit(wishes: readonly AddressedWish[], tx: Tx): Promise<readonly AddressedWish[]> {
    const notices = wishes.flatMap(({ wish: { kind }, effectKey, externalId, userId }): NewNotice[] =>
      isNotice(kind) ? [{ fingerprint: effectKey, kind, externalId: plainText(externalId), userId }] : [],
    );
    if (notices.length === 0) return wishes;
    const admitted = await this.notices.admit(notices, tx);
    return wishes.filter(({ wish, effectKey }) => !isNotice(wish.kind) || admitted.has(effectKey));
  }
}

const named = (name: string | undefined) => (name === undefined || name === '' ? null : { name, email: null });

const keyText = ({ source, workspaceId, externalId }: Pick<TimeEntry, keyof ExternalKey>): string =>
  JSON.stringify([source, workspaceId, externalId]);

const isNotice = (kind: LetterKind): kind is NewNotice['kind'] => kind === 'duplicate' || kind === 'conflict';

/** Names the event for good. A session is told once to be in overtime, however often that is noticed. */
function effectKeyOf({ wish: { kind }, entryId, sequence, externalId, fingerprint }: SessionWish): string {
  const session = entryId === null ? `external/${plainText(externalId)}` : `entry/${entryId}`;
  if (kind === 'overtime') return `${session}/overtime`;
  return fingerprint === undefined ? `${session}/${sequence}/${kind}` : `delivery/${plainText(fingerprint)}/${kind}`;
}
