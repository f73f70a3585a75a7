import type { Weekday } from '../common/weekday.js';

/** What the last sheet explains; each line is a label with its value or its text. */
export interface NoteWords {
  person: string;
  everybody: string;
  period: string;
  timeZone: string;
  madeAt: string;
  entries: string;
  duration: string;
  validDuration: string;
  underReview: string;
  rejected: string;
  overtime: string;
  running: string;
  drafts: string;
  knownByDay: string;
  rules: string;
  selection: string;
  days: string;
  dst: string;
  weeks: Record<Weekday, string>;
  rounding: string;
  runningRule: string;
  draftRule: string;
  validRule: string;
  overtimeRule: (hours: number) => string;
  excluded: string;
  deleted: string;
  health: string;
}

export const NOTES_ES: NoteWords = {
  person: 'Usuario',
  everybody: 'Todos los usuarios',
  period: 'Periodo',
  timeZone: 'Zona horaria de los días y semanas',
  madeAt: 'Generado (UTC)',
  entries: 'Sesiones',
  duration: 'Duración total',
  validDuration: 'Duración válida total',
  underReview: 'En observación',
  rejected: 'Reprobadas',
  overtime: 'Con overtime',
  running: 'En curso',
  drafts: 'Borradores sin fin',
  knownByDay: 'Conocidas solo por el día',
  rules: 'Reglas',
  selection: 'Una sesión pertenece al periodo en el que comienza, completa, aunque termine después.',
  days: 'Los días se cortan en la medianoche local de la zona indicada; la suma de los días es la suma de las sesiones.',
  dst: 'Las duraciones se miden entre instantes: un cambio de hora no las alarga ni las acorta.',
  weeks: {
    monday: 'Las semanas comienzan en lunes.',
    tuesday: 'Las semanas comienzan en martes.',
    wednesday: 'Las semanas comienzan en miércoles.',
    thursday: 'Las semanas comienzan en jueves.',
    friday: 'Las semanas comienzan en viernes.',
    saturday: 'Las semanas comienzan en sábado.',
    sunday: 'Las semanas comienzan en domingo.',
  },
  rounding: 'Los totales suman valores sin redondear; solo se redondea lo que se muestra.',
  runningRule: 'Lo que está en curso se cuenta hasta el momento en que se generó este libro.',
  draftRule: 'Un borrador sin fin no tiene duración.',
  validRule: 'El tiempo válido es el reportado, o el aprobado por coordinación tras una revisión.',
  overtimeRule: (hours) => `Hay overtime cuando una sesión dura más de ${hours} horas.`,
  excluded: 'No incluido',
  deleted: 'Sesiones borradas',
  health: 'Sesiones de salud de quienes no las comparten.',
};

export const NOTES_EN: NoteWords = {
  person: 'User',
  everybody: 'All users',
  period: 'Period',
  timeZone: 'Time zone of days and weeks',
  madeAt: 'Made at (UTC)',
  entries: 'Sessions',
  duration: 'Total duration',
  validDuration: 'Total valid duration',
  underReview: 'Under review',
  rejected: 'Rejected',
  overtime: 'With overtime',
  running: 'Running',
  drafts: 'Drafts without an end',
  knownByDay: 'Known by the day only',
  rules: 'Rules',
  selection: 'A session belongs, as a whole, to the period in which it starts, even when it ends later.',
  days: 'Days are cut at local midnight of that zone; the days add up to the sessions.',
  dst: 'Durations are measured between instants: a change of the clock makes none longer or shorter.',
  weeks: {
    monday: 'Weeks begin on Monday.',
    tuesday: 'Weeks begin on Tuesday.',
    wednesday: 'Weeks begin on Wednesday.',
    thursday: 'Weeks begin on Thursday.',
    friday: 'Weeks begin on Friday.',
    saturday: 'Weeks begin on Saturday.',
    sunday: 'Weeks begin on Sunday.',
  },
  rounding: 'Totals are sums of unrounded values; only what is shown is rounded.',
  runningRule: 'What is running counts up to the moment this workbook was made.',
  draftRule: 'A draft without an end has no duration.',
  validRule: 'Valid time is what was reported, or what a coordinator approved after a review.',
  overtimeRule: (hours) => `A session is overtime when it lasts more than ${hours} hours.`,
  excluded: 'Not included',
  deleted: 'Deleted sessions',
  health: 'Health sessions of people who do not share them.',
};

export const NOTES_NL: NoteWords = {
  person: 'Gebruiker',
  everybody: 'Alle gebruikers',
  period: 'Periode',
  timeZone: 'Tijdzone van dagen en weken',
  madeAt: 'Gemaakt op (UTC)',
  entries: 'Sessies',
  duration: 'Totale duur',
  validDuration: 'Totale geldige duur',
  underReview: 'In beoordeling',
  rejected: 'Afgekeurd',
  overtime: 'Met overwerk',
  running: 'Lopend',
  drafts: 'Concepten zonder einde',
  knownByDay: 'Alleen op de dag bekend',
  rules: 'Regels',
  selection: 'Een sessie hoort in haar geheel bij de periode waarin zij begint, ook als zij later eindigt.',
  days: 'Dagen worden om middernacht in die zone gesneden; de dagen tellen op tot de sessies.',
  dst: 'Duren worden tussen tijdstippen gemeten: de zomertijd maakt ze niet langer of korter.',
  weeks: {
    monday: 'Weken beginnen op maandag.',
    tuesday: 'Weken beginnen op dinsdag.',
    wednesday: 'Weken beginnen op woensdag.',
    thursday: 'Weken beginnen op donderdag.',
    friday: 'Weken beginnen op vrijdag.',
    saturday: 'Weken beginnen op zaterdag.',
    sunday: 'Weken beginnen op zondag.',
  },
  rounding: 'Totalen zijn sommen van niet afgeronde waarden; alleen wat getoond wordt is afgerond.',
  runningRule: 'Wat loopt telt mee tot het moment waarop dit werkboek werd gemaakt.',
  draftRule: 'Een concept zonder einde heeft geen duur.',
  validRule: 'Geldige tijd is wat gemeld is, of wat een coördinator na een beoordeling goedkeurde.',
  overtimeRule: (hours) => `Een sessie is overwerk als zij langer dan ${hours} uur duurt.`,
  excluded: 'Niet opgenomen',
  deleted: 'Verwijderde sessies',
  health: 'Gezondheidssessies van wie ze niet deelt.',
};
