import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { notFound, unauthorized } from '../common/errors.js';
import { randomToken, sha256 } from '../common/hashing.js';
import { cutPage, decodeCursor, MAX_PAGE, type Page, type PageQuery } from '../common/pages.js';
import { IdentitiesRepository } from './identities.repository.js';
import { TokenUse } from './token-use.js';
import { TokensRepository, type TokenRow } from './tokens.repository.js';

/** The named keys of a user, for scripts, buttons and phones. */
@Injectable()
export class TokensService {
  constructor(
    private readonly tokens: TokensRepository,
    private readonly clock: Clock,
    private readonly identities: IdentitiesRepository,
    private readonly tokenUse: TokenUse,
  ) {}

  /** Whom a token belongs to, which is used by that; `null` when it opens nothing. */
  async ownerOf(token: string): Promise<{ id: number; timeZone: string } | null> {
    const identity = await this.identities.findByToken(sha256(token));
    if (identity === null) return null;
    this.tokenUse.note(identity);
    return { id: identity.userId, timeZone: identity.timeZone };
  }

  /** @returns the token in clear, for the only time */
  async create(userId: number, name: string): Promise<TokenRow & { token: string }> {
    const token = randomToken();
    const values = { name, tokenHash: sha256(token), createdAt: this.clock.now() };
    const row = await this.tokens.insert(userId, values);
    if (row === null) throw unauthorized();
    return { ...row, token };
  }

  /** @throws DomainError 400 `PAGE.BAD_CURSOR` */
  async list(userId: number, { limit = MAX_PAGE, cursor }: PageQuery): Promise<Page<TokenRow>> {
    const [afterId] = decodeCursor(cursor, ['integer']) ?? [0];
    return cutPage(await this.tokens.findPageOf(userId, afterId, limit + 1), limit, (token) => [token.id]);
  }

  /** @throws DomainError 404 `TOKEN.NOT_FOUND`, also for somebody else's */
  async delete(userId: number, id: number): Promise<void> {
    if (!(await this.tokens.delete(id, userId))) throw notFound('TOKEN.NOT_FOUND', 'There is no such token.');
  }
}
