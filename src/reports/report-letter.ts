import { durationText } from '../common/csv-table.js';
import type { MailLocale } from '../config/mail-settings.js';
import type { LetterContent } from '../mail/letter-template.js';
import type { ReportRun, RunKind } from './report-run.js';

interface Texts {
  subject: Record<RunKind, string>;
  banner: Record<RunKind, string>;
  paragraph: string;
  labels: readonly [
    user: string,
    period: string,
    timeZone: string,
    entries: string,
    duration: string,
    valid: string,
    review: string,
  ];
}

const TEXTS: Record<MailLocale, Texts> = {
  es: {
    subject: {
      weekly: 'Reporte semanal de Clockify',
      monthly: 'Reporte mensual de Clockify',
      user: 'Reporte personalizado Clockify',
    },
    banner: { weekly: 'REPORTE SEMANAL', monthly: 'REPORTE MENSUAL', user: 'REPORTE PERSONALIZADO' },
    paragraph: 'El libro adjunto contiene las sesiones, los días, el resumen y las notas del periodo.',
    labels: [
      'Usuario',
      'Periodo',
      'Zona horaria',
      'Sesiones',
      'Duración total',
      'Duración válida total',
      'En observación',
    ],
  },
  en: {
    subject: { weekly: 'Weekly report', monthly: 'Monthly report', user: 'Report' },
    banner: { weekly: 'WEEKLY REPORT', monthly: 'MONTHLY REPORT', user: 'REPORT' },
    paragraph: 'The attached workbook holds the sessions, days, summary and notes of the period.',
    labels: ['User', 'Period', 'Time zone', 'Sessions', 'Total duration', 'Total valid duration', 'Under review'],
  },
  nl: {
    subject: { weekly: 'Weekrapport', monthly: 'Maandrapport', user: 'Rapport' },
    banner: { weekly: 'WEEKRAPPORT', monthly: 'MAANDRAPPORT', user: 'RAPPORT' },
    paragraph: 'Het bijgevoegde werkboek bevat de sessies, dagen, samenvatting en toelichting van de periode.',
    labels: ['Gebruiker', 'Periode', 'Tijdzone', 'Sessies', 'Totale duur', 'Totale geldige duur', 'In beoordeling'],
  },
};

/** The mail that carries a report which has been made. */
export function reportLetter(run: ReportRun, userName: string): LetterContent {
  const { subject, banner, paragraph, labels } = TEXTS[run.locale];
  const { entries, milliseconds, validMilliseconds, underReview } = run.totals!;
  const values = [
    userName,
    `${run.periodStart} – ${run.periodEnd}`,
    run.timeZone,
    String(entries),
    durationText(milliseconds / 1000),
    durationText(validMilliseconds / 1000),
    String(underReview),
  ];
  return {
    locale: run.locale,
    subject: `${subject[run.kind]} - ${userName}`,
    banner: banner[run.kind],
    tone: underReview > 0 ? 'neutral' : 'good',
    paragraphs: [paragraph],
    facts: labels.map((label, index) => [label, values[index]!] as const),
  };
}
