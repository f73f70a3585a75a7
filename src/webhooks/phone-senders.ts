import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { TokensService } from '../auth/tokens.service.js';
import type { Doorkeeper } from '../common/doorkeeper.js';
import { DomainError, unauthorized } from '../common/errors.js';
import { equalsInConstantTime } from '../common/hashing.js';
import { headerValues } from '../common/request-headers.js';
import type { Config } from '../config/env.js';
import { CONFIG } from '../config/tokens.js';
import { UsersService } from '../users/users.service.js';
import { PHONE } from './delivery.js';
import { SecurityNotes } from './security-notes.js';

/** Every value of a header; the name in lower case. */
type Headers = (name: string) => readonly string[];

const LONGEST_TOKEN = 256;

/** Who sends workouts: the app can set headers, and nothing else. */
@Injectable()
export class PhoneSenders implements Doorkeeper {
  /** Of requests that were let in. */
  private readonly owners = new WeakMap<FastifyRequest, number>();

  constructor(
    private readonly tokens: TokensService,
    private readonly users: UsersService,
    private readonly notes: SecurityNotes,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * A user's token names that user; the installation's own secret goes with the name of one, or means the first admin.
   * @throws DomainError 401 for a stranger
   */
  async admit(request: FastifyRequest): Promise<void> {
    const header: Headers = (name) => headerValues(request, name);
    const proof = proofIn(header);
    const ownerId = proof === null ? null : ((await this.bySecret(proof, header)) ?? (await this.byToken(proof)));
    if (ownerId === null) {
      this.notes.refused(PHONE, null);
      throw unauthorized();
    }
    this.owners.set(request, ownerId);
  }

  /** Whose phone it is that was let in. */
  ownerOf(request: FastifyRequest): number {
    const ownerId = this.owners.get(request);
    if (ownerId === undefined) throw unauthorized();
    return ownerId;
  }

  private async byToken(proof: string): Promise<number | null> {
    return (await this.tokens.ownerOf(proof))?.id ?? null;
  }

  private async bySecret(proof: string, header: Headers): Promise<number | null> {
    const secret = this.config.healthWebhookSecret;
    if (secret === undefined || !equalsInConstantTime(proof, secret.reveal())) return null;
    const names = header('x-timesheet-user');
    const user =
      names.length === 0 ? await this.users.findFirstAdmin() : await this.users.findByUsername(names.join(', '));
    if (user?.isEnabled) return user.id;
    const message = 'X-Timesheet-User names nobody who can sign in here.';
    this.notes.unusable(PHONE, message);
    throw new DomainError(422, 'WEBHOOK.INVALID', message);
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
