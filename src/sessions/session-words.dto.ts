import type { TimeEntry } from '../time-entries/time-entry.js';

/** How the review of a session stands, in the words of its older clients. */
export const STATUS_NAMES = {
  approved: 'APROBADO',
  under_review: 'EN OBSERVACION',
  rejected: 'REPROBADO',
} as const satisfies Record<TimeEntry['reviewStatus'], string>;

/** What stands where a session has none. */
export const WITHOUT_NAMES = {
  description: 'Sin descripción',
  projectName: 'Sin proyecto',
  taskName: 'Sin tarea',
} as const;

export const REVIEW_MESSAGES = {
  approved: 'Sesión aprobada correctamente',
  rejected: 'Sesión reprobada correctamente',
  reopened: 'Sesión reabierta correctamente',
} as const;
