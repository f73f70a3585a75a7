import { describe, expect, it } from 'vitest';
import { Secret } from '../../../common/secret.js';
import { isTokenRefused, meaningOf, readAnswer, type CallContext } from './desk.errors.js';

const NOW = new Date('2026-03-02T09:00:00Z');
const TOKEN = new Secret('1000.aaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbb');

const responseOf = (status: number, body: object | string, headers: Record<string, string> = {}) => ({
  status,
  text: typeof body === 'string' ? body : JSON.stringify(body),
  headers: new Headers(headers),
});

const meaning = (
  status: number,
  body: object | string = '',
  headers: Record<string, string> = {},
  context: Partial<CallContext> = {},
) =>
  meaningOf(readAnswer(responseOf(status, body, headers)), { isWrite: false, now: NOW, secrets: [TOKEN], ...context });

const error = (errorCode: string, more: object = {}) => ({ errorCode, message: 'Words.', ...more });

describe('what Zoho Desk answers mean', () => {
  it.each([
    [400, 'BAD_REQUEST', 'rejected'],
    [401, 'UNAUTHORIZED', 'invalid_credentials'],
    [403, 'SCOPE_MISMATCH', 'invalid_credentials'],
    [403, 'OAUTH_ORG_MISMATCH', 'invalid_credentials'],
    [403, 'FORBIDDEN', 'rejected'],
    [403, 'LICENSE_ACCESS_LIMITED', 'rejected'],
    [404, 'URL_NOT_FOUND', 'not_found'],
    [405, 'METHOD_NOT_ALLOWED', 'rejected'],
    [413, 'RESOURCE_SIZE_EXCEEDED', 'rejected'],
    [415, 'UNSUPPORTED_MEDIA_TYPE', 'rejected'],
    [422, 'INVALID_DATA', 'rejected'],
    [422, 'UNPROCESSABLE_ENTITY', 'rejected'],
    [429, 'THRESHOLD_EXCEEDED', 'quota'],
    [429, 'TOO_MANY_REQUESTS', 'quota'],
    [500, 'INTERNAL_SERVER_ERROR', 'unavailable'],
  ])('takes %i %s for %s, under status 200 too', (status, code, kind) => {
    for (const sent of [status, 200]) {
      const failure = meaning(sent, error(code));
      expect([failure.kind, failure.status]).toEqual([kind, status]);
      expect(failure.message).toContain(`Words.`);
      expect(failure.message).toContain(code);
    }
  });

  it('says which of the credentials’ scope and organization is wrong', () => {
    expect(meaning(403, error('SCOPE_MISMATCH')).message).toContain('scope');
    expect(meaning(403, error('OAUTH_ORG_MISMATCH')).message).toContain('org_id');
  });

  it('asks for a new token when it was refused, not when a scope is missing', () => {
    expect(isTokenRefused(responseOf(401, error('UNAUTHORIZED')))).toBe(true);
    expect(isTokenRefused(responseOf(200, error('INVALID_OAUTH')))).toBe(true);
    expect(isTokenRefused(responseOf(401, ''))).toBe(true);
    expect(isTokenRefused(responseOf(403, error('SCOPE_MISMATCH')))).toBe(false);
    expect(isTokenRefused(responseOf(200, '{}'))).toBe(false);
  });

  it('names the fields and the feature in the reason', () => {
    const errors = [
      { fieldName: '/contactId', errorType: 'invalid' },
      { fieldName: '/departmentId', errorType: 'missing', errorMessage: 'Give one' },
    ];
    expect(meaning(422, error('INVALID_DATA', { errors })).message).toBe(
      'Words. /contactId invalid, /departmentId missing Give one (INVALID_DATA)',
    );
    expect(meaning(403, error('LICENSE_ACCESS_LIMITED', { feature: 'timeTracking' })).message).toContain(
      'timeTracking',
    );
  });

  it.each([
    ['the day’s credits, as told', 'THRESHOLD_EXCEEDED', { 'retry-after': '7200' }, 7200],
    ['the day’s credits, untold', 'THRESHOLD_EXCEEDED', {}, 3600],
    ['too many at once', 'TOO_MANY_REQUESTS', {}, 15],
    ['a bare 429', '', {}, 15],
  ])('waits after %s', (_kind, code, headers: Record<string, string>, seconds) => {
    const failure = meaning(429, code === '' ? '<html>429</html>' : error(code), headers);
    expect(failure.retryAt).toEqual(new Date(NOW.getTime() + seconds * 1000));
    expect(failure.message).not.toContain('<');
  });

  it.each([400, 403, 404])('concludes nothing from a web page with status %i', (status) => {
    expect(meaning(status, '<html><body>Blocked</body></html>').kind).toBe('unavailable');
  });

  it('calls a failed write ambiguous, a failed read not', () => {
    expect(meaning(502, '', {}, { isWrite: true }).isAmbiguous).toBe(true);
    expect(meaning(502).isAmbiguous).toBe(false);
    expect(meaning(422, error('INVALID_DATA'), {}, { isWrite: true }).isAmbiguous).toBe(false);
  });

  it('shows a short reason in one line, without the token', () => {
    const { message } = meaning(400, `bad\n\ncall by ${TOKEN.reveal()} ${'x'.repeat(500)}`);
    expect(message).toMatch(/^bad call by \[redacted\] x+…$/);
    expect(message).toHaveLength(300);
  });
});
