import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import { Public } from '../auth/decorators.js';
import { ApiBare } from '../common/api-docs.js';
import { Clock } from '../common/clock.js';
import { HealthResponse, ReadinessResponse } from './health.dto.js';
import { HealthService } from './health.service.js';
import { Metrics } from './metrics.js';

@ApiTags('operations')
@Controller()
export class HealthController {
  constructor(
    private readonly service: HealthService,
    private readonly metrics: Metrics,
    private readonly clock: Clock,
  ) {}

  @Public()
  @Get('health')
  @ApiOperation({ summary: 'The process lives', operationId: 'getHealth' })
  @ApiBare('It answers', HealthResponse)
  getHealth(): HealthResponse {
    return { status: 'ok', timestamp: this.clock.now().toISOString() };
  }

  @Public()
  @Get('health/ready')
  @ApiOperation({ summary: 'The process can do its work', operationId: 'getReadiness' })
  @ApiBare('It is ready', ReadinessResponse)
  @ApiServiceUnavailableResponse({ description: 'Not ready; `details.reasons` says why' })
  async getReadiness(): Promise<ReadinessResponse> {
    const { migrationsMissing: _none, ...queues } = await this.service.readiness();
    return { status: 'ready', database: 'ok', migrations: 'complete', ...queues };
  }

  @Public()
  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @ApiOperation({ summary: 'Figures in the Prometheus text format', operationId: 'getMetrics' })
  @ApiProduces('text/plain')
  @ApiOkResponse({
    content: {
      'text/plain': {
        schema: { type: 'string' },
        example: '# TYPE timesheet_pushes gauge\ntimesheet_pushes{state="pending"} 0\n',
      },
    },
  })
  getMetrics(): Promise<string> {
    return this.metrics.render();
  }
}
