import { ApiProperty, ApiPropertyOptional, OmitType, PartialType } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsBoolean, IsInt, IsString, MaxLength } from 'class-validator';
import { IsId, IsInstant, IsText, IsTimeZoneName, Nullable, Optional } from '../common/validation.js';
import type { EntryContent } from '../time-entries/time-entry.js';
import type { TypedTimes } from './session-rules.js';
import { WITHOUT_NAMES } from './session-words.dto.js';

/** What may be left out, of a new session and of a changed one. */
class OptionalFields {
  @ApiPropertyOptional({ example: '2025-07-15T10:00:00Z', nullable: true, description: 'None: it runs' })
  @Nullable()
  @IsInstant()
  endDate?: Date | null;

  @ApiPropertyOptional({ example: 'PT2H', nullable: true, description: 'Computed; if given it must agree' })
  @Nullable()
  @IsText(100)
  duration?: string | null;

  @ApiPropertyOptional({ example: 'America/Bogota', description: 'The owner’s unless given' })
  @Optional()
  @IsTimeZoneName()
  timeZone?: string;

  @ApiPropertyOptional({ example: -18000, description: 'Seconds; computed; if given it must agree' })
  @Optional()
  @IsInt()
  offsetStart?: number;

  @ApiPropertyOptional({ example: -18000, nullable: true, description: 'As `offsetStart`' })
  @Nullable()
  @IsInt()
  offsetEnd?: number | null;

  @ApiPropertyOptional({ example: false, description: 'Follows from `endDate`; if given it must agree' })
  @Optional()
  @IsBoolean()
  currentlyRunning?: boolean;

  @ApiPropertyOptional({ example: ['deep'], type: [String] })
  @Optional()
  @IsArray()
  @ArrayMaxSize(50)
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  tags?: string[];
}

/** A session written down by hand. */
export class CreateSessionDto extends OptionalFields {
  @ApiProperty({ example: 'abc123' })
  @IsText(255, 1)
  external_sesion_id: string;

  @ApiProperty({ example: 42 })
  @IsId()
  idUser: number;

  @ApiProperty({ example: 'ws001' })
  @IsText(255, 1)
  idWorkspace: string;

  @ApiProperty({ example: 'ActionTracker' })
  @IsText(1000)
  workspaceName: string;

  @ApiProperty({ example: 'Tarea manual' })
  @IsText(3000)
  description: string;

  @ApiProperty({ example: 'proj789' })
  @IsText(255)
  idProject: string;

  @ApiProperty({ example: 'Proyecto Interno' })
  @IsText(1000)
  projectName: string;

  @ApiProperty({ example: 'task001' })
  @IsText(255)
  idTask: string;

  @ApiProperty({ example: 'Planeación' })
  @IsText(1000)
  taskName: string;

  @ApiProperty({ example: '2025-07-15T08:00:00Z', description: 'ISO 8601 with a zone, or unix seconds' })
  @IsInstant()
  startDate: Date;
}

/** Which session it is and whose, stays. */
export class UpdateSessionDto extends PartialType(
  OmitType(CreateSessionDto, ['external_sesion_id', 'idUser', 'idWorkspace'] as const),
  { skipNullProperties: false },
) {}

/** The times a body types; an absent one is absent. */
export const typedTimesOf = (body: UpdateSessionDto): TypedTimes => ({
  startedAt: body.startDate,
  endedAt: body.endDate,
  isRunning: body.currentlyRunning,
  timeZone: body.timeZone,
  duration: body.duration,
  offsetStart: body.offsetStart,
  offsetEnd: body.offsetEnd,
});

/** The rest of what a body says, without what it leaves out. */
export function saidOf(body: UpdateSessionDto): Partial<EntryContent> {
  const said = {
    description: body.description,
    workspaceName: orNone(body.workspaceName, ''),
    projectExternalId: orNone(body.idProject, ''),
    projectName: orNone(body.projectName, WITHOUT_NAMES.projectName),
    taskExternalId: orNone(body.idTask, ''),
    taskName: orNone(body.taskName, WITHOUT_NAMES.taskName),
    tags: body.tags,
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

/** Sessions without a project show a word for it, and come back with it. */
const orNone = (text: string | undefined, word: string): string | null | undefined =>
  text === '' || text === word ? null : text;
