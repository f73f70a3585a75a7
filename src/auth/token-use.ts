import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { messageOf } from '../common/errors.js';
import { IdentitiesRepository, type TokenIdentity } from './identities.repository.js';

const NOTED_EVERY_MILLISECONDS = 3_600_000;

/** Keeps `last_used_at` of the tokens, to the hour: a write per request would cost more than the request. */
@Injectable()
export class TokenUse implements BeforeApplicationShutdown {
  private readonly logger = new Logger(TokenUse.name);
  private readonly underway = new Map<number, Promise<void>>();

  constructor(
    private readonly identities: IdentitiesRepository,
    private readonly clock: Clock,
  ) {}

  /** Returns at once; the request does not wait for the note. */
  note(identity: TokenIdentity): void {
    const now = this.clock.now();
    const due = new Date(now.getTime() - NOTED_EVERY_MILLISECONDS);
    const isRecent = identity.lastUsedAt !== null && identity.lastUsedAt > due;
    if (isRecent || this.underway.has(identity.credentialId)) return;
    const writing = this.identities
      .touchToken(identity.credentialId, now, due)
      .catch((error: unknown) => this.logger.error(`The use of a token was not noted: ${messageOf(error)}`))
      .finally(() => this.underway.delete(identity.credentialId));
    this.underway.set(identity.credentialId, writing);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.underway.values());
  }
}
