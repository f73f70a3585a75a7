import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { startTestApp, type TestApp } from '../support/app.js';
import { expectRefused, type Refusal } from '../support/refusals.js';
import { countRows, tablesHolding } from '../support/rows.js';
import { deliver, delivery, EVENTS, TOKENS, TOKEN_ENV, type Event } from '../support/webhooks.js';

describe('at the doors of Clockify, without the right proof', () => {
  let app: TestApp;
  let before: Record<string, number>;

  beforeAll(async () => {
    app = await startTestApp({ env: { ...TOKEN_ENV, ROLE: 'api' } });
  });

  afterAll(() => app.close());

  beforeEach(async () => {
    before = await countRows(app);
  });

  const expectRefusal = (answer: Refusal, ...statuses: number[]) => expectRefused(app, before, answer, ...statuses);

  const callWith = (event: Event, headers: Record<string, string | string[]>, path?: string): Promise<Refusal> =>
    new Promise((resolve, reject) => {
      const call = httpRequest(
        `${app.url}${path ?? `/webhook/clockify/${event}`}`,
        { method: 'POST', headers: { 'content-type': 'application/json', ...headers } },
        (answer) => {
          let text = '';
          answer.on('data', (chunk) => (text += String(chunk)));
          answer.on('end', () => resolve({ status: answer.statusCode!, text }));
        },
      );
      call.on('error', reject);
      call.end(JSON.stringify(delivery()));
    });

  describe.each(EVENTS)('%s', (event) => {
    const token = TOKENS[event];
    const other = TOKENS[event === 'start' ? 'end' : 'start'];
    const wrong = Array.from(token).toReversed().join('');
    const cases: [string, Record<string, string | string[]>][] = [
      ['B1 without a signature', {}],
      ['B1 with an empty one', { 'clockify-signature': '' }],
      ['B1 with blanks', { 'clockify-signature': '   ' }],
      ['B2 with a wrong token of the right length', { 'clockify-signature': wrong }],
      ['B3 with one that is too short', { 'clockify-signature': 'x' }],
      ['B3 with one that is too long', { 'clockify-signature': token.repeat(2) }],
      ['B3 with 10 KB', { 'clockify-signature': 'x'.repeat(10_000) }],
      ['B3 with other bytes in as many characters', { 'clockify-signature': `${token.slice(0, -1)}é` }],
      ['B4 with a prefix', { 'clockify-signature': token.slice(0, -1) }],
      ['B4 in another case', { 'clockify-signature': token.toUpperCase() }],
      ['B5 with the token of another event', { 'clockify-signature': other }],
      ['B5 with the token of the admin API', { 'clockify-signature': 'SECRET' }],
      ['B6 twice, good and bad', { 'clockify-signature': [token, wrong] }],
      ['B6 twice, bad and good', { 'clockify-signature': [wrong, token] }],
      ['B6 twice the good one', { 'clockify-signature': [token, token] }],
      ['B6 in one header, joined', { 'clockify-signature': `${token}, ${token}` }],
      ['B7 in another header', { authorization: token, 'x-webhook-token': token }],
    ];

    it.each(cases)('%s: 401', async (_what, headers) => {
      const asked = Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [
          name,
          value === 'SECRET' ? app.secrets.secretToken.reveal() : value,
        ]),
      );
      await expectRefusal(await callWith(event, asked), 401);
    });

    it('B7 in the query: 401, and written nowhere', async () => {
      const path = `/webhook/clockify/${event}?token=${token}&clockify-signature=${token}`;
      await expectRefusal(await callWith(event, {}, path), 401);
      expect(app.logLines.join('\n')).not.toContain(token);
      expect(await tablesHolding(app, token)).toEqual([]);
    });

    it('says the same whatever was wrong with the proof', async () => {
      const proofs: Record<string, string | string[]>[] = [
        {},
        { 'clockify-signature': wrong },
        { 'clockify-signature': [token, wrong] },
      ];
      const shapes = proofs.map(async (headers) => {
        const { text } = await callWith(event, headers);
        return { ...(JSON.parse(text) as object), requestId: '' };
      });
      const [first, ...others] = await Promise.all(shapes);
      for (const one of others) expect(one).toEqual(first);
    });
  });

  it('A: somebody without the right proof is told of in the error log, without what they brought', async () => {
    await callWith('edit', { 'clockify-signature': 'a guess that nobody should ever read' });
    const rows = await app.database.query<{ text: string }>(
      `select to_jsonb(e)::text as text from error_log e where code = 'WEBHOOK.UNAUTHORIZED'`,
    );
    expect(rows.map(({ text }) => text).join()).toContain('webhook/clockify/edit');
    expect(await tablesHolding(app, 'a guess that nobody')).toEqual([]);
    expect(app.logLines.join('\n')).not.toContain('a guess that nobody');
  });

  it('S: no token is in any log line or table afterwards', async () => {
    for (const token of Object.values(TOKENS)) {
      expect(app.logLines.join('\n')).not.toContain(token);
      expect(await tablesHolding(app, token)).toEqual([]);
    }
  });
});

describe('without a token configured', () => {
  it.each(EVENTS)('B8 the door of %s is closed to everybody', async (event) => {
    const app = await startTestApp({ env: { ROLE: 'api' } });
    try {
      for (const token of ['', 'undefined', TOKENS[event]]) {
        const answer = await deliver(app.url, event, delivery(), { headers: { 'clockify-signature': token } });
        expect(answer.status).toBe(401);
      }
      const path = '/webhook/clockify';
      const any = await deliver(
        app.url,
        event,
        {},
        { path, headers: { 'clockify-webhook-event-type': 'NEW_PROJECT' } },
      );
      expect(any.status).toBe(401);
    } finally {
      await app.close();
    }
  });
});
