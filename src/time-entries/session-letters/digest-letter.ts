import type { MailLocale } from '../../config/mail-settings.js';
import type { LetterContent } from '../../mail/letter-template.js';
import { clockText } from './clocks.js';
import { WORDS } from './words.js';

/** A notice that was not sent by itself. */
export interface UntoldNotice {
  kind: 'duplicate' | 'conflict';
  externalId: string;
  userName: string | null;
  noticedAt: Date;
}

const MAX_LINES = 100;

/** One letter for many notices. */
export function digestLetter(notices: readonly UntoldNotice[], locale: MailLocale): LetterContent {
  const { digest, values } = WORDS[locale];
  const others = notices.length - MAX_LINES;
  return {
    locale,
    subject: digest.subject(notices.length),
    banner: digest.banner(notices.length),
    tone: 'alert',
    paragraphs: [digest.meaning, ...(others > 0 ? [digest.others(others)] : [])],
    facts: notices
      .slice(0, MAX_LINES)
      .map(({ kind, externalId, userName, noticedAt }) => [
        `${clockText(noticedAt, 0)} UTC`,
        [externalId, userName ?? values.unknownUser, digest.kinds[kind]].join(' · '),
      ]),
  };
}
