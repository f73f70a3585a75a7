import { ApiProperty } from '@nestjs/swagger';
import { toIsoText } from '../common/instant.js';
import { toIsoDuration } from '../common/iso-duration.js';
import type { TimeEntry } from '../time-entries/time-entry.js';
import { STATUS_NAMES, WITHOUT_NAMES } from './session-words.dto.js';

const ISO = { example: '2025-07-15T08:00:00Z', type: String, format: 'date-time' };
const NULLABLE_ISO = { ...ISO, nullable: true };

/** What sessions and the lines of their history have in common. */
export class SessionFields {
  @ApiProperty({ example: 24 }) idSesion: number;
  @ApiProperty({ example: 'abc123', nullable: true, type: String }) external_sesion_id: string | null;
  @ApiProperty({ example: 'Tarea manual' }) description: string;
  @ApiProperty({ example: 42 }) idUser: number;
  @ApiProperty({ example: 'proj789' }) idProject: string;
  @ApiProperty({ example: 'Proyecto Interno' }) projectName: string;
  @ApiProperty({ example: 'ws001' }) idWorkspace: string;
  @ApiProperty({ example: 'ActionTracker' }) workspaceName: string;
  @ApiProperty({ example: 'task001' }) idTask: string;
  @ApiProperty({ example: 'Planeación' }) taskName: string;
  @ApiProperty(ISO) startDate: string;
  @ApiProperty({ ...NULLABLE_ISO, example: '2025-07-15T10:00:00Z' }) endDate: string | null;
  @ApiProperty({ example: 'PT2H', nullable: true, type: String, description: 'ISO 8601; null while it runs' })
  duration: string | null;
  @ApiProperty({ example: 'America/Bogota' }) timeZone: string;
  @ApiProperty({ example: -18000, description: 'Seconds east of UTC at the start' }) offsetStart: number;
  @ApiProperty({ example: -18000, nullable: true, type: Number }) offsetEnd: number | null;
  @ApiProperty({ example: true, description: '`false`: deleted' }) enable: boolean;
  @ApiProperty({ ...NULLABLE_ISO, example: null }) disableTime: string | null;
  @ApiProperty({ example: 0, description: 'How often its reported times were changed' }) updatingQuantity: number;
  @ApiProperty({ example: 'APROBADO', enum: Object.values(STATUS_NAMES) }) status: string;
  @ApiProperty({ example: '' }) observation: string;
  @ApiProperty(NULLABLE_ISO) validStartDate: string | null;
  @ApiProperty({ ...NULLABLE_ISO, example: '2025-07-15T10:00:00Z' }) validEndDate: string | null;
  @ApiProperty({ example: 'PT2H', nullable: true, type: String }) validDuration: string | null;
  @ApiProperty({ example: ['deep'], type: [String] }) tags: string[];
  @ApiProperty({ example: 'clockify', description: 'Where it came from' }) provider: string;
}

/** A time entry as the coordinator sees it. */
export class SessionResponse extends SessionFields {
  @ApiProperty({ example: false }) currentlyRunning: boolean;
  @ApiProperty({ example: false }) overtime: boolean;
  @ApiProperty({ example: 0, description: 'Changes at the service that wait because a person approved it' })
  lateChanges: number;

  static from(entry: TimeEntry, workspaceName: string): SessionResponse {
    return {
      ...sessionFields(entry, workspaceName),
      currentlyRunning: entry.isRunning,
      overtime: entry.isOvertime,
      lateChanges: entry.lateChangeCount,
    };
  }
}

/** @param defaultWorkspaceName for entries whose service names no workspace */
export function sessionFields(entry: TimeEntry, defaultWorkspaceName: string) {
  return {
    idSesion: entry.id,
    external_sesion_id: entry.externalId,
    description: entry.description || WITHOUT_NAMES.description,
    idUser: entry.userId,
    ...placeFields(entry, defaultWorkspaceName),
    ...timeFields(entry),
    enable: entry.deletedAt === null,
    disableTime: toIsoText(entry.deletedAt),
    updatingQuantity: entry.timeEditCount,
    status: STATUS_NAMES[entry.reviewStatus],
    observation: entry.observation,
    validStartDate: toIsoText(entry.validStartedAt),
    validEndDate: toIsoText(entry.validEndedAt),
    validDuration: durationBetween(entry.validStartedAt, entry.validEndedAt),
    tags: [...entry.tags],
    provider: entry.source,
  };
}

const placeFields = (entry: TimeEntry, defaultWorkspaceName: string) => ({
  idProject: entry.projectExternalId ?? '',
  projectName: entry.projectName ?? WITHOUT_NAMES.projectName,
  idWorkspace: entry.workspaceId ?? '',
  workspaceName: entry.workspaceName ?? defaultWorkspaceName,
  idTask: entry.taskExternalId ?? '',
  taskName: entry.taskName ?? WITHOUT_NAMES.taskName,
});

const timeFields = (entry: TimeEntry) => ({
  startDate: toIsoText(entry.startedAt),
  endDate: toIsoText(entry.endedAt),
  duration: durationBetween(entry.startedAt, entry.endedAt),
  timeZone: entry.timeZone,
  offsetStart: entry.offsetStartSeconds,
  offsetEnd: entry.offsetEndSeconds,
});

const durationBetween = (start: Date | null, end: Date | null): string | null =>
  start === null || end === null || end < start ? null : toIsoDuration(end.getTime() - start.getTime());
