import { ApiProperty } from '@nestjs/swagger';

export class HealthResponse {
  @ApiProperty({ enum: ['ok'], example: 'ok' })
  status: 'ok';

  @ApiProperty({ format: 'date-time', example: '2026-03-02T08:30:00.000Z' })
  timestamp: string;
}

export class ReadinessResponse {
  @ApiProperty({ enum: ['ready'], example: 'ready' })
  status: 'ready';

  @ApiProperty({ enum: ['ok'], example: 'ok' })
  database: 'ok';

  @ApiProperty({ enum: ['complete'], example: 'complete' })
  migrations: 'complete';

  @ApiProperty({ example: 0, description: 'How long the oldest due push has been waiting; 0 when none is due' })
  oldestDuePushSeconds: number;

  @ApiProperty({ example: 0, description: 'The same of mails: it grows while no mail server takes any' })
  oldestDueMailSeconds: number;

  @ApiProperty({ example: 0, description: 'Mails that did not reach everybody, and will not without `mail redrive`' })
  failedMails: number;

  @ApiProperty({ example: 0, description: 'The same of the deliveries that have come in' })
  oldestDueDeliverySeconds: number;
}
