import type { Claim } from '../database/claims.js';
import type { LetterContent, RenderedLetter } from './letter-template.js';

/**
 * - `pending`: waits for its moment; `sending`: a worker has it
 * - `done`: every recipient has it; `failed`: somebody does not, and will not without `mail redrive`
 */
export type MailState = 'pending' | 'sending' | 'done' | 'failed';

/** A mail on its way into the outbox. */
export interface NewMail {
  /** Names the event for good: the same key twice is one mail. */
  effectKey: string;
  /** What sort of mail it is, for whoever looks through the outbox: `integration.needs_reauth`. */
  kind: string;
  /** Who gets it; who has no address is left out. */
  to: readonly (string | null | undefined)[];
  /** Both parts are made of it when it is sent. */
  letter: LetterContent;
  /** A file it carries, see `MailService.attach`. */
  attachmentId?: number;
}

/** A file that a mail carries. */
export interface MailFile {
  fileName: string;
  contentType: string;
  content: Buffer;
}

/** What became of a mail so far. */
export interface MailProgress {
  state: MailState;
  recipients: { address: string; state: 'pending' | 'accepted' | 'refused' }[];
}

/** What is stored of a letter besides its subject and its language. */
export type StoredContent = Pick<LetterContent, 'banner' | 'tone' | 'paragraphs' | 'facts'>;

/** What is handed to a server. */
export interface Letter extends RenderedLetter {
  /** With its angle brackets. */
  messageId: string;
  createdAt: Date;
  /** Everybody it is for, as its `To` shows them. */
  to: readonly string[];
  /** Those who are sent it now. */
  envelope: readonly string[];
  file: MailFile | null;
}

/** A claimed mail with what its worker has to know. */
export interface ClaimedMail extends Claim, Omit<Letter, keyof RenderedLetter> {
  kind: string;
  letter: LetterContent;
  /** Tries used up so far. */
  attempts: number;
  /** A recipient was refused for good at an earlier try. */
  isRefusedBySome: boolean;
}

/** What a server said about one recipient. */
export interface RecipientResult {
  address: string;
  /** `deferred`: not now. */
  verdict: 'accepted' | 'refused' | 'deferred';
  /** The server's own words, or why there are none; `null` for accepted. */
  reason: string | null;
}

/** What becomes of a mail after a try. */
export interface Settlement {
  state: Exclude<MailState, 'sending'>;
  results: readonly RecipientResult[];
  usesTry: boolean;
  delaySeconds: number;
  lastError: string | null;
}
