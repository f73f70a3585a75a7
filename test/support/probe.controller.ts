import { Body, Controller, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { Public } from '../../src/auth/decorators.js';
import { DomainError } from '../../src/common/errors.js';
import { IsText, Optional } from '../../src/common/validation.js';
import { Database } from '../../src/database/database.js';
import { ProviderError } from '../../src/integrations/contract/provider-error.js';

export class ProbeBody {
  @IsText(2_000_000, 1)
  text: string;

  @Optional()
  @IsText(100)
  note?: string;
}

export class ProbeQuery {
  @Optional()
  @IsText(100)
  text?: string;
}

/** Routes that only the tests of the shell have: an echo, and one for each way to fail. */
@Controller('probe')
export class ProbeController {
  constructor(private readonly database: Database) {}

  @Public()
  @Post('echo')
  @HttpCode(200)
  echo(@Body() body: ProbeBody) {
    return { result: body };
  }

  /** Like a toggle: a body is welcome, none is fine. */
  @Public()
  @Post('anything')
  @HttpCode(200)
  anything(@Body() body?: object) {
    return { hasBody: body !== undefined, polluted: ({} as { polluted?: boolean }).polluted };
  }

  @Public()
  @Get('texts/:name')
  texts(@Param('name') name: string, @Query() query: ProbeQuery) {
    return { name, text: query.text };
  }

  @Public()
  @Get('unexpected/:number')
  unexpected(@Param('number') number: string): never {
    throw new Error(`row ${number} of /srv/app/ledger.ts: password=hunter2hunter2 select * from users`);
  }

  @Public()
  @Get('tokens/:token')
  tokens(@Req() request: { caller?: unknown }) {
    request.caller = { kind: 'user', userId: 7, credential: 'token:12' };
    return {};
  }

  @Public()
  @Get('refusal')
  refusal(): never {
    throw new DomainError(409, 'PROBE.TAKEN', 'It is taken.', { retryAfterSeconds: 7, details: { by: 'you' } });
  }

  @Public()
  @Get('quota')
  quota(): never {
    throw new ProviderError('quota', 'Come back later.', { retryAt: new Date('2026-03-02T08:01:30Z') });
  }

  @Public()
  @Get('sql/:kind')
  sql(@Param('kind') kind: string) {
    const statements: Record<string, string> = {
      duplicate: `insert into leases (name, token, lease_until) select 'x', gen_random_uuid(), now() from generate_series(1, 2)`,
      value: `select 'not a number'::int`,
      missing: 'select * from there_is_no_such_table',
      killed: 'select pg_terminate_backend(pg_backend_pid())',
    };
    return this.database.query(statements[kind] ?? 'select 1');
  }
}
