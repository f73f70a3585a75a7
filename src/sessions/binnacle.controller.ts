import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiPropertyOptional, ApiResponse, ApiTags } from '@nestjs/swagger';
import { RequireAdminApi } from '../auth/decorators.js';
import { IsIdText, Optional } from '../common/validation.js';
import { TimeEntriesService } from '../time-entries/time-entries.service.js';

export class VerifyQuery {
  @ApiPropertyOptional({ example: 24, description: 'Only the chain of this entry' })
  @Optional()
  @IsIdText()
  id?: number;
}

@ApiTags('binnacle')
@Controller('api-clockify/session-binnacle')
export class BinnacleController {
  constructor(private readonly entries: TimeEntriesService) {}

  @Get('verify')
  @RequireAdminApi()
  @ApiOperation({ summary: 'Recompute every chain: names each row altered, inserted or removed' })
  @ApiResponse({
    status: 200,
    schema: {
      example: {
        intact: false,
        findings: [
          { kind: 'row_altered', entryId: 24, sequence: 2, binnacleId: 71, message: 'Row 2 of entry 24 was altered.' },
        ],
        findingCount: 1,
        counts: { entries: 412, rows: 1290, checkpoints: 3 },
      },
    },
  })
  verify(@Query() query: VerifyQuery) {
    return this.entries.verifyBinnacle(query.id);
  }
}
