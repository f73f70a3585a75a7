import { ApiProperty } from '@nestjs/swagger';
import type { ReportRunView } from './report-runs.service.js';

const MAIL = { state: 'done', recipients: [{ address: 'ana@example.com', state: 'accepted' }] };

export class ReportRunResponse {
  @ApiProperty({ example: 7 }) id: number;
  @ApiProperty({ example: 'weekly', enum: ['weekly', 'monthly', 'user'] }) kind: string;
  @ApiProperty({ example: 'schedule', enum: ['schedule', 'request'] }) origin: string;
  @ApiProperty({ example: 12 }) idUser: number;
  @ApiProperty({ example: '2025-07-14' }) startDate: string;
  @ApiProperty({ example: '2025-07-20' }) endDate: string;
  @ApiProperty({ example: 'Europe/Madrid' }) timeZone: string;
  @ApiProperty({ example: 'done', enum: ['pending', 'working', 'done', 'empty', 'failed'] }) status: string;
  @ApiProperty({ example: 1 }) attempts: number;
  @ApiProperty({ example: null, nullable: true, type: String }) error: string | null;
  @ApiProperty({ example: { entries: 5, seconds: 144000, validSeconds: 140400, underReview: 1 }, nullable: true })
  totals: object | null;
  @ApiProperty({ example: null, nullable: true, type: String, description: 'Asked for by hand: where to' })
  emailToSend: string | null;
  @ApiProperty({
    example: MAIL,
    nullable: true,
    description: 'What became of its latest mail; null where none was written',
  })
  mail: object | null;
  @ApiProperty({ example: '2025-07-21T07:00:00.000Z' }) createdAt: string;
  @ApiProperty({ example: '2025-07-21T07:00:02.000Z', nullable: true, type: String }) finishedAt: string | null;

  static from(this: void, run: ReportRunView): ReportRunResponse {
    const { totals } = run;
    return {
      id: run.id,
      kind: run.kind,
      origin: run.origin,
      idUser: run.userId,
      startDate: run.periodStart,
      endDate: run.periodEnd,
      timeZone: run.timeZone,
      status: run.state,
      attempts: run.attempts,
      error: run.error,
      totals: totals && {
        entries: totals.entries,
        seconds: totals.milliseconds / 1000,
        validSeconds: totals.validMilliseconds / 1000,
        underReview: totals.underReview,
      },
      emailToSend: run.address,
      mail: run.mail,
      createdAt: run.createdAt.toISOString(),
      finishedAt: run.finishedAt && run.finishedAt.toISOString(),
    };
  }
}
