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

/** The fields of the ledger as sessions name them. */
const WIRE_NAMES: Record<string, string> = {
  externalId: 'external_sesion_id',
  userId: 'idUser',
  projectExternalId: 'idProject',
  workspaceId: 'idWorkspace',
  taskExternalId: 'idTask',
  startedAt: 'startDate',
  endedAt: 'endDate',
  offsetStartSeconds: 'offsetStart',
  offsetEndSeconds: 'offsetEnd',
  isRunning: 'currentlyRunning',
  isOvertime: 'overtime',
  deletedAt: 'disableTime',
  timeEditCount: 'updatingQuantity',
  reviewStatus: 'status',
  validStartedAt: 'validStartDate',
  validEndedAt: 'validEndDate',
  source: 'provider',
};

/** A difference by the names that sessions have for its fields. */
export const withWireNames = <Change>(diff: Readonly<Record<string, Change>>): Record<string, Change> =>
  Object.fromEntries(Object.entries(diff).map(([field, change]) => [WIRE_NAMES[field] ?? field, change]));
