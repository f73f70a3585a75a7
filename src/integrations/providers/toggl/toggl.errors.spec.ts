import { describe, expect, it } from 'vitest';
import { Secret } from '../../../common/secret.js';
import { meaningOf, type CallContext } from './toggl.errors.js';

const NOW = new Date('2026-03-02T09:00:00Z');
const inSeconds = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
const TOKEN = new Secret('1971800d4d82861d8f2c1651fea4d212');
const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
const NGINX_429 =
  '<html>\r\n<head><title>429 Too Many Requests</title></head>\r\n<body>\r\n<center><h1>429 Too Many Requests</h1></center>\r\n</body>\r\n</html>\r\n';

function meaning(status: number, text = '', headers: Record<string, string> = {}, context: Partial<CallContext> = {}) {
  const path = '/workspaces/2000001/time_entries';
  return meaningOf(
    { status, text, headers: new Headers(headers) },
    { path, isWrite: false, now: NOW, secrets: [TOKEN], ...context },
  );
}

describe('what Toggl answers mean', () => {
  it('takes the 401 without a body for wrong credentials', () => {
    const error = meaning(401, '', { 'content-length': '0', 'x-authorization-missing': 'true' }, { path: '/me' });
    expect([error.kind, error.message]).toEqual(['invalid_credentials', 'Toggl refused the API token.']);
  });

  it.each(['/me', '/me/time_entries'])('takes a 403 on %s for wrong credentials, in the words of Toggl', (path) => {
    const error = meaning(403, 'Incorrect username and/or password', { 'content-type': 'text/plain' }, { path });
    expect([error.kind, error.message]).toEqual(['invalid_credentials', 'Incorrect username and/or password']);
  });

  it('tells a revoked token from a workspace without access', () => {
    expect(meaning(403, 'Incorrect username and/or password').kind).toBe('invalid_credentials');
    const error = meaning(403, '"User does not have access to this resource."\n', JSON_TYPE);
    expect([error.kind, error.message]).toEqual(['rejected', 'User does not have access to this resource.']);
  });

  it('reads the JSON string literal of a 400', () => {
    const error = meaning(400, `"'since' and 'before' can not be present simultaneously"`, JSON_TYPE);
    expect([error.kind, error.message]).toEqual(['rejected', "'since' and 'before' can not be present simultaneously"]);
  });

  it.each([
    [404, 'not_found', '"Time entry not found"\n'],
    [409, 'conflict', '"Time entry already stopped"\n'],
    [410, 'rejected', ''],
    [422, 'rejected', ''],
    [500, 'unavailable', '"Internal Server Error"'],
    [503, 'unavailable', ''],
    [408, 'unavailable', ''],
  ])('takes %i for %s', (status, kind, text) => {
    expect(meaning(status, text, JSON_TYPE).kind).toBe(kind);
  });

  const hourly = 'You have hit your hourly limit for API calls. The quota will reset in 133 seconds.';

  it.each([
    ['the header', hourly, { 'x-toggl-quota-remaining': '0', 'x-toggl-quota-resets-in': '1855' }, 1855],
    ['the text', hourly, {}, 133],
    ['the header alone', '', { 'x-toggl-quota-remaining': '0' }, 3600],
    ['a text without figures', 'You have hit your hourly limit', {}, 3600],
  ])('waits after a 402 as %s says', (_source, text, headers: Record<string, string>, seconds) => {
    const error = meaning(402, text, headers);
    expect([error.kind, error.retryAt]).toEqual(['quota', inSeconds(seconds)]);
  });

  it('takes a 402 with calls left for a feature that is not paid for', () => {
    const error = meaning(402, '"This feature needs a paid plan"', { 'x-toggl-quota-remaining': '12' });
    expect([error.kind, error.message]).toEqual(['rejected', 'This feature needs a paid plan']);
  });

  it.each([
    ['a page without Retry-After', NGINX_429, {}, 120],
    ['Retry-After in seconds', '', { 'retry-after': '30' }, 30],
    ['Retry-After as a date', '', { 'retry-after': 'Mon, 02 Mar 2026 09:05:00 GMT' }, 300],
  ])('backs off after a 429 with %s', (_kind, text, headers: Record<string, string>, seconds) => {
    const error = meaning(429, text, headers);
    expect([error.kind, error.retryAt]).toEqual(['quota', inSeconds(seconds)]);
    expect(error.message).not.toContain('<');
  });

  it.each([400, 403, 404])('concludes nothing from a web page with status %i', (status) => {
    const error = meaning(
      status,
      '<html><body>Blocked</body></html>',
      { 'content-type': 'text/html' },
      { path: '/me' },
    );
    expect(error.kind).toBe('unavailable');
  });

  it('calls a failed write ambiguous, a failed read not', () => {
    expect(meaning(502, '', {}, { isWrite: true }).isAmbiguous).toBe(true);
    expect(meaning(502).isAmbiguous).toBe(false);
    expect(meaning(400, '', {}, { isWrite: true }).isAmbiguous).toBe(false);
  });

  it('shows a short reason in one line, without the token', () => {
    const text = `bad\n\ncall by ${TOKEN.reveal()} with refresh_token=abcdefgh ${'x'.repeat(500)}`;
    const { message } = meaning(400, text);
    expect(message).toMatch(/^bad call by \[redacted\] with refresh_token=\[redacted\] x+…$/);
    expect(message).toHaveLength(200);
  });
});
