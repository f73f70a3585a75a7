import type { MailLocale } from '../../config/mail-settings.js';
import type { TimeEntry } from '../time-entry.js';
import { ENGLISH } from './words.en.js';
import { SPANISH } from './words.es.js';
import { DUTCH } from './words.nl.js';
import type { LetterKind } from '../mail-wish.js';

interface Sayings {
  /** Before the person and the moment. */
  subject: (service: string) => string;
  banner: string;
  /** What it means for whoever reads it. */
  meaning: string;
}

/** All a locale has to say. */
export interface LetterWords {
  letters: Record<LetterKind, Sayings>;
  labels: {
    user: string;
    externalId: string;
    description: string;
    project: string;
    task: string;
    start: string;
    end: string;
    originalStart: string;
    newStart: string;
    originalEnd: string;
    newEnd: string;
    duration: string;
    originalDuration: string;
    newDuration: string;
    limit: string;
    timeZone: string;
    overtime: string;
    status: string;
    edits: string;
    /** Behind a time, in brackets: whose clock shows it. */
    utc: string;
    userClock: string;
  };
  /** Names of the fields that a detail may speak of; others keep their own. */
  fields: Readonly<Record<string, string>>;
  values: {
    yes: string;
    no: string;
    isRunning: string;
    none: string;
    noDescription: string;
    noProject: string;
    noTask: string;
    noAddress: string;
    unknownUser: string;
    hours: (hours: string) => string;
    status: Record<TimeEntry['reviewStatus'], string>;
  };
  digest: {
    subject: (count: number) => string;
    banner: (count: number) => string;
    meaning: string;
    kinds: Record<'duplicate' | 'conflict', string>;
    others: (count: number) => string;
  };
}

export const WORDS: Record<MailLocale, LetterWords> = { es: SPANISH, en: ENGLISH, nl: DUTCH };
