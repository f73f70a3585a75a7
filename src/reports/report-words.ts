import type { MailLocale } from '../config/mail-settings.js';
import { NOTES_EN, NOTES_ES, NOTES_NL, type NoteWords } from './note-words.js';

/** What a report says, in one language. */
export interface ReportWords {
  /** The columns of the seed's workbook, in its order. */
  sessions: readonly [
    description: string, project: string, task: string, startUtc: string, startUser: string, endUtc: string,
    endUser: string, validStartUtc: string, validStartUser: string, validEndUtc: string, validEndUser: string,
    duration: string, validDuration: string, decimal: string, validDecimal: string, timeZone: string,
    running: string, overtime: string, edits: string, status: string, observation: string,
  ]; // prettier-ignore
  user: string;
  totals: string;
  yes: string;
  no: string;
  status: Record<'approved' | 'under_review' | 'rejected', string>;
  noProject: string;
  days: readonly [
    user: string, day: string, first: string, last: string, parts: string, duration: string, decimal: string,
    overtime: string, review: string,
  ]; // prettier-ignore
  weekday: readonly string[];
  perProject: string;
  perUser: string;
  service: string;
  weekFrom: string;
  total: string;
  notes: NoteWords;
}

const es: ReportWords = {
  sessions: [
    'Descripcion',
    'Nombre del proyecto',
    'Nombre de la tarea',
    'Fecha de inicio (UTC)',
    'Fecha de inicio (usuario)',
    'Fecha de fin (UTC)',
    'Fecha de fin (usuario)',
    'Fecha de inicio valida (UTC)',
    'Fecha de inicio valida (usuario)',
    'Fecha de fin valida (UTC)',
    'Fecha de fin valida (usuario)',
    'Duracion',
    'Duracion valida',
    'Duracion(decimal)',
    'Duracion valida(decimal)',
    'Zona Horaria',
    'En curso',
    'Overtime',
    'Modificaciones',
    'Estado',
    'Observacion',
  ],
  user: 'Usuario',
  totals: 'TOTALES',
  yes: 'Sí',
  no: 'No',
  status: { approved: 'APROBADO', under_review: 'EN OBSERVACION', rejected: 'REPROBADO' },
  noProject: 'Sin proyecto',
  days: ['Usuario', 'Día', 'Desde', 'Hasta', 'Tramos', 'Duracion', 'Duracion(decimal)', 'Overtime', 'En observación'],
  weekday: ['lun', 'mar', 'mié', 'jue', 'vie', 'sáb', 'dom'],
  perProject: 'Por proyecto',
  perUser: 'Por usuario',
  service: 'Servicio',
  weekFrom: 'Semana del',
  total: 'Total',
  notes: NOTES_ES,
};

const en: ReportWords = {
  sessions: [
    'Description',
    'Project',
    'Task',
    'Start (UTC)',
    'Start (user)',
    'End (UTC)',
    'End (user)',
    'Valid start (UTC)',
    'Valid start (user)',
    'Valid end (UTC)',
    'Valid end (user)',
    'Duration',
    'Valid duration',
    'Duration (decimal)',
    'Valid duration (decimal)',
    'Time zone',
    'Running',
    'Overtime',
    'Edits',
    'Status',
    'Observation',
  ],
  user: 'User',
  totals: 'TOTALS',
  yes: 'Yes',
  no: 'No',
  status: { approved: 'APPROVED', under_review: 'UNDER REVIEW', rejected: 'REJECTED' },
  noProject: 'No project',
  days: ['User', 'Day', 'From', 'To', 'Parts', 'Duration', 'Duration (decimal)', 'Overtime', 'Under review'],
  weekday: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'],
  perProject: 'Per project',
  perUser: 'Per user',
  service: 'Service',
  weekFrom: 'Week of',
  total: 'Total',
  notes: NOTES_EN,
};

const nl: ReportWords = {
  sessions: [
    'Omschrijving',
    'Project',
    'Taak',
    'Begin (UTC)',
    'Begin (gebruiker)',
    'Einde (UTC)',
    'Einde (gebruiker)',
    'Geldig begin (UTC)',
    'Geldig begin (gebruiker)',
    'Geldig einde (UTC)',
    'Geldig einde (gebruiker)',
    'Duur',
    'Geldige duur',
    'Duur (decimaal)',
    'Geldige duur (decimaal)',
    'Tijdzone',
    'Loopt',
    'Overwerk',
    'Wijzigingen',
    'Status',
    'Opmerking',
  ],
  user: 'Gebruiker',
  totals: 'TOTALEN',
  yes: 'Ja',
  no: 'Nee',
  status: { approved: 'GOEDGEKEURD', under_review: 'IN BEOORDELING', rejected: 'AFGEKEURD' },
  noProject: 'Geen project',
  days: ['Gebruiker', 'Dag', 'Van', 'Tot', 'Delen', 'Duur', 'Duur (decimaal)', 'Overwerk', 'In beoordeling'],
  weekday: ['ma', 'di', 'wo', 'do', 'vr', 'za', 'zo'],
  perProject: 'Per project',
  perUser: 'Per gebruiker',
  service: 'Dienst',
  weekFrom: 'Week van',
  total: 'Totaal',
  notes: NOTES_NL,
};

export const REPORT_WORDS: Record<MailLocale, ReportWords> = { es, en, nl };
