import { describe, expect, it } from 'vitest';
import { HttpFailure } from '../../../common/http-failure.js';
import { Secret } from '../../../common/secret.js';
import { isUnknownTag, meaningOf, OversizedAnswer, unanswered, type CallContext } from './clockify.errors.js';

const NOW = new Date('2026-03-02T09:00:00Z');
const inSeconds = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
const KEY = new Secret('NTk3MTgwMGQ0ZDgyODYxZDhmMmMxNjUx');

function meaning(status: number, text = '', headers: Record<string, string> = {}, context: Partial<CallContext> = {}) {
  return meaningOf(
    { status, text, headers: new Headers(headers) },
    { isWrite: false, now: NOW, backOffSeconds: 60, secrets: [KEY], ...context },
  );
}
const said = (message: string, code: number) => JSON.stringify({ message, code });

describe('what Clockify answers mean', () => {
  it.each([
    [401, 1000, 'Multiple or none auth tokens present', 'invalid_credentials'],
    [401, 4003, 'Api key does not exist', 'invalid_credentials'],
    [401, 4017, 'Token is not valid', 'invalid_credentials'],
    [400, 501, "Time entry doesn't belong to Workspace", 'not_found'],
    [400, 501, 'Time entry doesn’t belong to Workspace', 'not_found'],
    [400, 501, "Project doesn't belong to Workspace", 'rejected'],
    [400, 501, "User doesn't belong to Workspace", 'rejected'],
    [400, 501, "Time entry couldn't be created. Project is either required field or …", 'rejected'],
    [400, 3000, "Time entry doesn't belong to Workspace", 'rejected'],
    [400, 3000, "Method parameter 'is-active': Failed to convert value", 'rejected'],
    [403, 403, 'Access Denied', 'rejected'],
    [400, 501, 'Time entry is locked', 'conflict'],
    [403, 403, 'Approved time entries cannot be changed', 'conflict'],
    [404, 404, "Currently running time entry doesn't exist", 'conflict'],
    [404, 3000, 'No static resource v1/nowhere.', 'rejected'],
    [405, 3000, "Request method 'GET' is not supported", 'rejected'],
    [408, 0, 'Timeout', 'unavailable'],
    [500, 500, 'Something went wrong', 'unavailable'],
    [503, 503, 'Come back', 'unavailable'],
  ])('takes %i with code %i, %j, for %s', (status, code, message, kind) => {
    const error = meaning(status, said(message, code));
    expect([error.kind, error.status]).toEqual([kind, status]);
    expect(error.message).toContain(message);
  });

  it.each([400, 403, 404, 502])('concludes nothing from a web page with status %i', (status) => {
    expect(meaning(status, '<html><body>Blocked</body></html>').kind).toBe('unavailable');
  });

  it.each(['', 'null', '7', '[]', '{}', 'no { json'])('has words of its own where Clockify’s are %j', (text) => {
    expect(meaning(400, text).message).toMatch(/^Clockify refused the call with status 400\.$|^no \{ json$/);
    expect(meaning(401, text).kind).toBe('invalid_credentials');
  });

  it.each([
    ['Retry-After', { 'retry-after': '30', 'x-ratelimit-reset': '90' }, 30],
    ['a reset in seconds', { 'x-ratelimit-reset': '90' }, 90],
    ['a reset in unix seconds', { 'x-ratelimit-reset': String(inSeconds(120).getTime() / 1000) }, 120],
    ['nothing', {}, 60],
  ])('waits after a 429 as %s says', (_what, headers: Record<string, string>, seconds) => {
    const error = meaning(429, said('Too Many Requests', 429), headers);
    expect([error.kind, error.retryAt, error.message]).toEqual(['quota', inSeconds(seconds), 'Too Many Requests']);
  });

  it('calls a failed write ambiguous, a refused one and a failed read not', () => {
    expect(meaning(502, '', {}, { isWrite: true }).isAmbiguous).toBe(true);
    expect(meaning(502).isAmbiguous).toBe(false);
    expect(meaning(400, '', {}, { isWrite: true }).isAmbiguous).toBe(false);
    expect(meaning(503, '', { 'retry-after': '30' }).retryAt).toEqual(inSeconds(30));
  });

  it('shows a short reason in one line, without the key', () => {
    const { message } = meaning(400, said(`bad\n\nvalue ${KEY.reveal()} ${'x'.repeat(500)}`, 501));
    expect(message).toMatch(/^bad value \[redacted\] x+…$/);
    expect(message).toHaveLength(200);
  });

  it('knows a tag that is gone', () => {
    expect(isUnknownTag(meaning(400, said("Tag doesn't belong to Workspace", 501)))).toBe(true);
    expect(isUnknownTag(meaning(400, said("Project doesn't belong to Workspace", 501)))).toBe(false);
  });

  it('tells an answer that is too large from one that never came', () => {
    const context = { isWrite: false, now: NOW, backOffSeconds: 60, secrets: [KEY] };
    const large = new HttpFailure('too_large', 'too large', { isAmbiguous: true });
    const broken = new HttpFailure('network', 'broken', { isAmbiguous: true });
    expect(unanswered(large, context)).toBeInstanceOf(OversizedAnswer);
    expect(unanswered(large, { ...context, isWrite: true })).toMatchObject({ kind: 'unavailable', isAmbiguous: true });
    expect(unanswered(broken, context)).not.toBeInstanceOf(OversizedAnswer);
  });
});
