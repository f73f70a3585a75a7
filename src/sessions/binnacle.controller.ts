import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { ApiErrors, ApiResultExample } from '../common/api-docs.js';
import { RequireAdminApi } from '../auth/decorators.js';
import { notFound } from '../common/errors.js';
import { IsIdText, Optional } from '../common/validation.js';
import { TimeEntriesService } from '../time-entries/time-entries.service.js';

export class VerifyQuery {
  @ApiPropertyOptional({ example: 24, description: 'Only the chain of this entry' })
  @Optional()
  @IsIdText()
  id?: number;
}

@ApiTags('binnacle')
@ApiErrors('AUTH.REQUIRED', 'RATE.LIMITED')
@Controller('api-clockify/session-binnacle')
export class BinnacleController {
  constructor(private readonly entries: TimeEntriesService) {}

  @Get('verify')
  @RequireAdminApi()
  @ApiOperation({ summary: 'Recompute every chain: names each row altered, inserted or removed' })
  @ApiResultExample(200, 'What happened', {
    intact: false,
    findings: [
      { kind: 'row_altered', entryId: 24, sequence: 2, binnacleId: 71, message: 'Row 2 of entry 24 was altered.' },
    ],
    findingCount: 1,
    counts: { entries: 412, rows: 1290, checkpoints: 3 },
  })
  async verify(@Query() query: VerifyQuery) {
    const report = await this.entries.verifyBinnacle(query.id);
    const isUnknown = query.id !== undefined && report.counts.entries === 0 && report.findings.length === 0;
    if (isUnknown) throw notFound('TIME_ENTRY.NOT_FOUND', 'There is no such time entry, and there never was.');
    return report;
  }
}
