import type { MailLocale } from '../../config/mail-settings.js';
import type { LetterContent } from '../../mail/letter-template.js';
import type { LetterKind } from '../mail-wish.js';
import { offsetSeconds } from '../offsets.js';
import type { Json } from '../snapshot.js';
import type { TimeEntry } from '../time-entry.js';
import { clockText } from './clocks.js';
import { detailFacts, movedTimeFacts, overtimeFacts, subjectFacts, timeFacts, type Fact } from './session-facts.js';
import { WORDS, type LetterWords } from './words.js';

/** What a letter about a session is made of. */
export interface SessionNews {
  kind: LetterKind;
  /** Whose session it is; `null` when nobody here knows. */
  person: { name: string; email: string | null } | null;
  externalId: string;
  /** Its service, where there is no entry to tell. */
  source?: string;
  before: TimeEntry | null;
  after: TimeEntry | null;
  detail?: Readonly<Record<string, Json>>;
  /** When it was noticed. */
  at: Date;
  /** How long a session may last. */
  overtimeHours: number;
}

const TONES: Record<LetterKind, LetterContent['tone']> = {
  started: 'good',
  ended: 'good',
  created_by_end: 'alert',
  created_by_edit: 'neutral',
  edited: 'neutral',
  under_review: 'alert',
  deleted: 'alert',
  delete_unknown: 'alert',
  manual: 'alert',
  overtime: 'alert',
  duplicate: 'alert',
  conflict: 'alert',
};

/** The mail that tells coordination and the person about one session. Pure, and it never fails. */
export function sessionLetter(news: SessionNews, locale: MailLocale): LetterContent {
  const { kind, person, at } = news;
  const words = WORDS[locale];
  const { subject, banner, meaning } = words.letters[kind];
  const entry = news.after ?? news.before;
  const moment = clockText(at, offsetSeconds(at, entry?.timeZone ?? 'UTC')).slice(0, -':00'.length);
  return {
    locale,
    subject: `${subject(serviceName(entry?.source ?? news.source))} - ${person?.name ?? words.values.unknownUser} - (${moment})`,
    banner,
    tone: TONES[kind],
    paragraphs: [meaning],
    facts: [...subjectFacts(news, words), ...whenFacts(news, words), ...detailFacts(news.detail ?? {}, words)],
  };
}

function whenFacts(news: SessionNews, words: LetterWords): Fact[] {
  const { kind, before, after, at } = news;
  const entry = after ?? before;
  if (entry === null) return [];
  if (kind === 'overtime') return overtimeFacts(entry, at, news.overtimeHours, words);
  const isMove = kind === 'edited' || kind === 'under_review';
  return isMove && before !== null && after !== null ? movedTimeFacts(before, after, words) : timeFacts(entry, words);
}

/** Sessions come from Clockify unless something says otherwise: `zoho_desk` reads Zoho Desk. */
function serviceName(source = 'clockify'): string {
  if (source === 'local') return 'Timesheet';
  return source
    .split('_')
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join(' ');
}
