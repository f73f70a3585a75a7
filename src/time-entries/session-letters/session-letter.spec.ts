import { describe, expect, it } from 'vitest';
import { MAIL_LOCALES } from '../../config/mail-settings.js';
import { renderLetter } from '../../mail/letter-template.js';
import { plainText, subjectLine } from '../../mail/mail-text.js';
import { blankEntry } from '../blank-entry.js';
import type { LetterKind } from '../mail-wish.js';
import type { TimeEntry } from '../time-entry.js';
import { digestLetter } from './digest-letter.js';
import { sessionLetter, type SessionNews } from './session-letter.js';

const at = (text: string): Date => new Date(`2026-03-02T${text}Z`);
const ANA = { name: 'Ana López', email: 'ana@example.com' };

const session = (changes: Partial<TimeEntry> = {}): TimeEntry => ({
  ...blankEntry(7, 1, at('08:00:00')),
  source: 'clockify',
  externalId: '64a687e29ae1f428e7ebe303',
  description: 'Planeación semanal',
  projectName: 'Internal',
  taskName: 'Reunión',
  endedAt: at('11:30:05'),
  timeZone: 'Europe/Madrid',
  offsetStartSeconds: 3600,
  offsetEndSeconds: 3600,
  version: 1,
  ...changes,
});

const running = session({ endedAt: null, offsetEndSeconds: null, isRunning: true });
const moved = session({ endedAt: at('14:00:00'), isOvertime: true, timeEditCount: 2, reviewStatus: 'under_review' });

const NEWS: Record<LetterKind, Partial<SessionNews>> = {
  started: { after: running },
  ended: { before: running, after: session() },
  created_by_end: { after: session({ projectName: null, taskName: null, description: '' }) },
  created_by_edit: { after: session() },
  edited: { before: session(), after: session({ startedAt: at('08:03:00'), timeEditCount: 1 }) },
  under_review: { before: session({ timeEditCount: 1 }), after: moved, detail: { reason: 'forgot to stop' } },
  deleted: { before: session(), after: session({ deletedAt: at('12:00:00') }) },
  delete_unknown: {},
  manual: { after: session({ reviewStatus: 'under_review' }) },
  overtime: { before: running, after: { ...running, isOvertime: true }, at: at('13:01:12') },
  duplicate: { before: session(), after: session() },
  conflict: {
    after: session(),
    detail: {
      startedAt: { from: '2026-03-02T08:00:00.000Z', to: '2026-03-02T09:00:00.000Z' },
      description: { from: 'Planeación semanal', to: '' },
      tags: { from: ['uno', 'dos'], to: [] },
      isBillable: { from: true, to: false },
    },
  },
};
const KINDS = Object.keys(NEWS) as LetterKind[];

const newsOf = (kind: LetterKind, more: Partial<SessionNews> = {}): SessionNews => ({
  kind,
  person: ANA,
  externalId: '64a687e29ae1f428e7ebe303',
  before: null,
  after: null,
  at: at('11:30:09'),
  overtimeHours: 5,
  ...NEWS[kind],
  ...more,
});

const subjectOf = (kind: LetterKind, more: Partial<SessionNews> = {}) =>
  sessionLetter(newsOf(kind, more), 'es').subject;

describe('a letter about a session', () => {
  it.each(MAIL_LOCALES)('reads as agreed: %s', async (locale) => {
    const letters = KINDS.map((kind) => {
      const { subject, text } = renderLetter(sessionLetter(newsOf(kind), locale));
      return `=== ${kind}\n${subject}\n\n${text}\n`;
    });
    await expect(letters.join('\n')).toMatchFileSnapshot(`./golden/letters.${locale}.txt`);
  });

  it.each([
    ['started', 'Clockify - Sesión iniciada correctamente'],
    ['ended', 'Clockify - Sesion Finalizada'],
    ['created_by_end', 'Clockify - Sesión creada desde cierre (no existía)'],
    ['created_by_edit', 'Clockify - Reporte de creación de jornada desde edición'],
    ['under_review', 'Clockify - ALERTA: EDICIÓN de sesión Clockify REPORTE'],
    ['deleted', 'Clockify - Confirmación de BORRADO de sesión Clockify'],
    ['delete_unknown', 'Clockify - ERROR: Sesión no encontrada en borrado'],
    ['manual', 'Clockify - ALERTA: Sesion creada manualmente en Clockify'],
    ['overtime', 'Clockify - SESION en OVERTIME detectada'],
    ['duplicate', 'Clockify - ERROR: Sesión ya existe'],
  ] as const)('has the subject people filter by: %s', (kind, subject) => {
    const letter = sessionLetter(newsOf(kind, { at: at('23:30:00'), after: session() }), 'es');
    expect(letter.subject).toBe(`${subject} - Ana López - (2026-03-03 00:30)`);
  });

  it('shows the moment in UTC when nobody knows the zone', () => {
    expect(subjectOf('ended', { after: session({ timeZone: 'Mars/Olympus' }) })).toMatch(/ - \(2026-03-02 11:30\)$/);
    expect(subjectOf('delete_unknown')).toMatch(/ - \(2026-03-02 11:30\)$/);
  });

  it.each([
    ['toggl', 'Toggl'],
    ['zoho_desk', 'Zoho Desk'],
    ['local', 'Timesheet'],
  ])('names the service a session is of: %s', (source, name) => {
    const subject = subjectOf('under_review', { after: session({ source }) });
    expect(subject).toContain(`${name} - ALERTA: EDICIÓN de sesión ${name} REPORTE - `);
  });

  it('shows the offset of each end of a session across a change of the clocks', () => {
    const facts = { startedAt: new Date('2026-03-29T00:30:00Z'), endedAt: new Date('2026-03-29T01:30:00Z') };
    const entry = session({ ...facts, offsetStartSeconds: 3600, offsetEndSeconds: 7200 });
    const { text } = renderLetter(sessionLetter(newsOf('ended', { after: entry }), 'es'));
    expect(text).toContain('Inicio (usuario): 2026-03-29 01:30:00');
    expect(text).toContain('Fin (usuario): 2026-03-29 03:30:00');
    expect(text).toContain('Duración: 01:00:00');
  });

  it('is written about nobody known, and about nothing known', () => {
    const { subject, facts } = sessionLetter(newsOf('delete_unknown', { person: null, externalId: '' }), 'es');
    expect(subject).toContain(' - Desconocido - (');
    expect(facts).toEqual([
      ['Usuario', 'Desconocido'],
      ['ID externa', 'N/A'],
    ]);
    const placeholder = { name: 'Eva', email: null };
    expect(sessionLetter(newsOf('started', { person: placeholder }), 'nl').facts![0]![1]).toBe(
      'Eva (geen e-mailadres)',
    );
  });

  it('never fails, whatever the times are', () => {
    const entry = session({ startedAt: new Date(8.64e15), endedAt: new Date(-8.64e15), offsetStartSeconds: 43_200 });
    for (const kind of KINDS) {
      expect(() => sessionLetter(newsOf(kind, { before: entry, after: entry }), 'es')).not.toThrow();
    }
  });
});

describe('what users wrote', () => {
  const HOSTILE = `<script>alert(1)</script>\r\nBcc: evil@example.com\r\n\r\n{{7*7}}<%= 7*7 %>\u001b[2J\0\u202e`;
  const hostile = session({
    description: HOSTILE,
    projectName: HOSTILE,
    taskName: HOSTILE,
    timeZone: 'Europe/Madrid',
    observation: HOSTILE,
  });
  const news = newsOf('under_review', {
    person: { name: HOSTILE, email: 'ana@example.com' },
    externalId: HOSTILE,
    before: hostile,
    after: hostile,
    detail: { [HOSTILE]: { from: HOSTILE, to: [HOSTILE] }, __proto__: 'x', constructor: HOSTILE },
  });

  it.each(MAIL_LOCALES)('stays text in every place of a letter: %s', (locale) => {
    const letter = sessionLetter(news, locale);
    const { html } = renderLetter(letter);
    expect(html).not.toMatch(/<script|<%/);
    expect(html.match(/&lt;script&gt;/g)!.length).toBeGreaterThanOrEqual(8);
    expect(subjectLine(letter.subject)).not.toMatch(/[\p{Cc}\u202E]/u);
    expect(plainText(html)).not.toMatch(/[^\P{Cc}\n\t]|\u202e/u);
  });

  it('is shown up to a length, and not cut through a character', () => {
    const entry = session({ description: '😀'.repeat(2000) });
    const facts = new Map(sessionLetter(newsOf('started', { after: entry }), 'es').facts);
    expect(facts.get('Descripción')).toBe(`${'😀'.repeat(500)}…`);
  });
});

describe('a digest', () => {
  const notice = { kind: 'conflict' as const, externalId: '64a6', userName: 'Ana', noticedAt: at('08:00:00') };

  it.each(MAIL_LOCALES)('reads as agreed: %s', async (locale) => {
    const letters = [[notice], [notice, { ...notice, kind: 'duplicate' as const, userName: null }]];
    const texts = letters.map((notices) => {
      const { subject, text } = renderLetter(digestLetter(notices, locale));
      return `${subject}\n\n${text}\n`;
    });
    await expect(texts.join('\n')).toMatchFileSnapshot(`./golden/digest.${locale}.txt`);
  });

  it('lists the first hundred', () => {
    const { facts, paragraphs } = digestLetter(
      Array.from({ length: 1234 }, () => notice),
      'en',
    );
    expect(facts).toHaveLength(100);
    expect(paragraphs).toContain('… and 1134 more, in the error log');
  });
});
