import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { toUnixSeconds } from '../common/instant.js';
import { IsIdText, IsInstantText, Optional } from '../common/validation.js';
import type { Row, RowReason, RowStatus, Summary } from './compare.js';
import type { Reconciliation } from './reconciliation.service.js';
import type { DifferentField, FieldValue, Side } from './sides.js';

export const FORMATS = ['json', 'xlsx', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

export class ReconciliationQuery {
  @ApiProperty({ example: 10, type: Number })
  @IsIdText()
  integration_id: number;

  @ApiProperty({ example: 1784498400, type: Number, description: 'Unix seconds, or ISO 8601 with a zone' })
  @IsInstantText()
  from: Date;

  @ApiProperty({ example: 1784584800, type: Number, description: 'After `from`, by 400 days at most' })
  @IsInstantText()
  to: Date;

  @ApiPropertyOptional({ example: 'json', enum: FORMATS, default: 'json' })
  @Optional()
  @IsIn(FORMATS)
  format?: Format;
}

const SUMMARY = {
  matched: 40,
  only_there: 0,
  only_here: 0,
  different: 1,
  locked: 0,
  seconds_there: 147_600,
  seconds_here: 148_200,
};

const THERE = {
  task: 'Landing page',
  project: 'Website',
  project_external_id: '201',
  start: 1784532600,
  end: 1784538000,
  seconds: 5400,
  running: false,
  billable: true,
  tags: ['design'],
};

const ROW = {
  status: 'different',
  reason: 'failed',
  detail: 'The project is archived.',
  entry_id: 7,
  external_id: '3730303299',
  task: 'Landing page',
  project: 'Website',
  start: 1784532600,
  end: 1784538600,
  seconds: 6000,
  there: THERE,
  here: { ...THERE, end: 1784538600, seconds: 6000 },
  differences: [{ field: 'end', here: 1784538600, there: 1784538000 }],
};

export type WireValue = string | number | boolean | readonly string[] | null;

export class SideResponse {
  @ApiProperty({ example: THERE.task }) task: string;
  @ApiProperty({ example: THERE.project, nullable: true, type: String }) project: string | null;
  @ApiProperty({ example: THERE.project_external_id, nullable: true, type: String }) project_external_id: string | null;
  @ApiProperty({ example: THERE.start }) start: number;
  @ApiProperty({ example: THERE.end, nullable: true, type: Number }) end: number | null;
  @ApiProperty({ example: THERE.seconds, nullable: true, type: Number }) seconds: number | null;
  @ApiProperty({ example: false }) running: boolean;
  @ApiProperty({ example: true }) billable: boolean;
  @ApiProperty({ example: THERE.tags, nullable: true, type: [String] }) tags: readonly string[] | null;

  static from(side: Side): SideResponse {
    return {
      task: side.task,
      project: side.project,
      project_external_id: side.projectExternalId,
      start: toUnixSeconds(side.start),
      end: side.end === null ? null : toUnixSeconds(side.end),
      seconds: side.seconds,
      running: side.isRunning,
      billable: side.isBillable,
      tags: side.tags,
    };
  }
}

export class RowResponse {
  @ApiProperty({ example: ROW.status }) status: RowStatus;
  @ApiProperty({ example: ROW.reason, nullable: true, type: String }) reason: RowReason | null;
  @ApiProperty({ example: ROW.detail, nullable: true, type: String }) detail: string | null;
  @ApiProperty({ example: ROW.entry_id, nullable: true, type: Number }) entry_id: number | null;
  @ApiProperty({ example: ROW.external_id, nullable: true, type: String }) external_id: string | null;
  @ApiProperty({ example: ROW.task, description: 'This and the next four as they are here, or else there' })
  task: string;
  @ApiProperty({ example: ROW.project, nullable: true, type: String }) project: string | null;
  @ApiProperty({ example: ROW.start }) start: number;
  @ApiProperty({ example: ROW.end, nullable: true, type: Number }) end: number | null;
  @ApiProperty({ example: ROW.seconds, nullable: true, type: Number }) seconds: number | null;
  @ApiProperty({ example: ROW.there, nullable: true, type: SideResponse }) there: SideResponse | null;
  @ApiProperty({ example: ROW.here, nullable: true, type: SideResponse }) here: SideResponse | null;
  @ApiProperty({ example: ROW.differences })
  differences: { field: DifferentField; here: WireValue; there: WireValue }[];

  static from(this: void, row: Row): RowResponse {
    const [here, there] = [row.here, row.there].map((side) => side && SideResponse.from(side));
    const { task, project, start, end, seconds } = (here ?? there)!;
    const { status, reason, detail, entryId, externalId } = row;
    return {
      status,
      reason,
      detail,
      entry_id: entryId,
      external_id: externalId,
      task,
      project,
      start,
      end,
      seconds,
      there: there ?? null,
      here: here ?? null,
      differences: row.differences.map(({ field, ...values }) => ({
        field,
        here: wireValue(values.here),
        there: wireValue(values.there),
      })),
    };
  }
}

const wireValue = (value: FieldValue): WireValue => (value instanceof Date ? toUnixSeconds(value) : value);

export class ReconciliationResponse {
  @ApiProperty({ example: 10 }) integration_id: number;
  @ApiProperty({ example: 1784498400 }) from: number;
  @ApiProperty({ example: 1784584800 }) to: number;
  @ApiProperty({ example: true, description: 'False when the service keeps no history as old as `from`' })
  complete: boolean;
  @ApiProperty({ example: null, nullable: true, type: Number, description: 'Compared is only what starts since then' })
  complete_from: number | null;
  @ApiProperty({ example: SUMMARY }) summary: Record<keyof typeof SUMMARY, number>;
  @ApiProperty({ example: [ROW], type: [RowResponse], description: 'By start' }) rows: RowResponse[];

  /** Everything but the rows, which are written one by one. */
  static headOf({
    integrationId,
    window,
    completeFrom,
    summary,
  }: Reconciliation): Omit<ReconciliationResponse, 'rows'> {
    return {
      integration_id: integrationId,
      from: toUnixSeconds(window.from),
      to: toUnixSeconds(window.to),
      complete: completeFrom === null,
      complete_from: completeFrom === null ? null : toUnixSeconds(completeFrom),
      summary: summaryResponse(summary),
    };
  }
}

const summaryResponse = ({ secondsThere, secondsHere, ...counts }: Summary): Record<keyof typeof SUMMARY, number> => ({
  ...counts,
  seconds_there: secondsThere,
  seconds_here: secondsHere,
});
