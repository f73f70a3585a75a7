import { Inject, Injectable } from '@nestjs/common';
import { TokensService } from '../auth/tokens.service.js';
import { DomainError, unauthorized } from '../common/errors.js';
import { equalsInConstantTime } from '../common/hashing.js';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import { ErrorLogService } from '../errors/error-log.service.js';
import { UsersService } from '../users/users.service.js';
import type { WorkoutOwner } from './workouts.service.js';

/** Every value of a header; the name in lower case. */
export type Headers = (name: string) => readonly string[];

const LONGEST_TOKEN = 256;

/** Who sends workouts: the app can set headers, and nothing else. */
@Injectable()
export class WorkoutSenders {
  constructor(
    private readonly tokens: TokensService,
    private readonly users: UsersService,
    private readonly errorLog: ErrorLogService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * A user's token names that user; the installation's own secret goes with the name of one, or means the first admin.
   * @throws DomainError 401 for a stranger
   */
  async identify(header: Headers): Promise<WorkoutOwner> {
    const proof = proofIn(header);
    const owner = proof === null ? null : ((await this.bySecret(proof, header)) ?? (await this.tokens.ownerOf(proof)));
    if (owner !== null) return owner;
    await this.errorLog.record({
      code: 'WEBHOOK.UNAUTHORIZED',
      severity: 'warning',
      message: 'Workouts came without a good token: look at the headers of the automation.',
      endpoint: 'webhooks/health',
      method: 'POST',
      status: 401,
    });
    throw unauthorized();
  }

  private async bySecret(proof: string, header: Headers): Promise<WorkoutOwner | null> {
    const secret = this.config.healthWebhookSecret;
    if (secret === undefined || !equalsInConstantTime(proof, secret.reveal())) return null;
    const names = header('x-timesheet-user');
    const user =
      names.length === 0 ? await this.users.findFirstAdmin() : await this.users.findByUsername(names.join(', '));
    if (user?.isEnabled) return user;
    throw new DomainError(422, 'WEBHOOK.INVALID', 'X-Timesheet-User names nobody who can sign in here.');
  }
}

const BEARER = /^bearer +(\S+) *$/i;

/** One proof, in whichever of the headers; two that differ are none. */
function proofIn(header: Headers): string | null {
  const bearers = header('authorization').map((value) => BEARER.exec(value)?.[1] ?? '');
  const given = new Set([...bearers, ...header('api-key'), ...header('x-webhook-secret')]);
  const [proof] = given;
  return given.size === 1 && proof !== '' && proof!.length <= LONGEST_TOKEN ? proof! : null;
}
