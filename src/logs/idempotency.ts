import { Injectable } from '@nestjs/common';
import { badRequest, unprocessable } from '../common/errors.js';
import { canonicalJson, sha256 } from '../common/hashing.js';
import { prepared, type Tx } from '../database/database.js';

const CLAIM = prepared(
  'idempotency.claim',
  `insert into idempotency_keys (user_id, key, request_hash) values ($1, $2, $3) on conflict (user_id, key) do nothing`,
);
const FIND = prepared(
  'idempotency.find',
  'select request_hash, response from idempotency_keys where user_id = $1 and key = $2',
);
const ANSWER = prepared(
  'idempotency.answer',
  'update idempotency_keys set response = $3, status = 201 where user_id = $1 and key = $2',
);

/** `Idempotency-Key`: the same request sent twice is carried out once, and answered alike for 24 hours. */
@Injectable()
export class Idempotency {
  /**
   * Runs `work` for the first request with this key, in the caller's transaction; a later one, or one at the same moment,
   * gets the first one's answer.
   * @throws DomainError 422 when the key was used for another request
   */
  async once<T>(
    userId: number,
    key: string,
    request: unknown,
    tx: Tx,
    work: () => Promise<T>,
  ): Promise<{ answer: T; isReplay: boolean }> {
    const hash = sha256(canonicalJson(request));
    // A twin in another transaction waits here, at the unique key, until this one has committed.
    const isFirst = (await tx.execute(CLAIM, [userId, key, hash])) === 1;
    if (isFirst) {
      const answer = await work();
      await tx.execute(ANSWER, [userId, key, JSON.stringify(answer)]);
      return { answer, isReplay: false };
    }
    const [stored] = await tx.query<{ request_hash: Buffer; response: T }>(FIND, [userId, key]);
    if (stored === undefined || !stored.request_hash.equals(hash)) {
      throw unprocessable('IDEMPOTENCY.KEY_REUSED', 'Idempotency-Key was already used for another request.');
    }
    return { answer: stored.response, isReplay: true };
  }
}

/** @throws DomainError 400 for a key nobody can mean */
export function checkedIdempotencyKey(header: string | undefined): string | null {
  if (header === undefined) return null;
  if (!/^[\x21-\x7e]{1,255}$/.test(header)) {
    throw badRequest('IDEMPOTENCY.BAD_KEY', 'Idempotency-Key must be 1 to 255 printable characters without blanks.');
  }
  return header;
}
