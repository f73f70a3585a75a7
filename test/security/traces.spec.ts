import { createHmac, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../src/common/secret.js';
import { readConfig } from '../../src/config/env.js';
import { createLogger } from '../../src/http/logger.js';
import { RouteWorld } from '../support/route-world.js';
import { tablesHolding } from '../support/rows.js';
import { sized } from '../support/size.js';
import { deliver, delivery, running, TOKENS } from '../support/webhooks.js';

let world: RouteWorld;

beforeAll(async () => {
  world = await RouteWorld.open();
});

afterAll(() => world.close());

const get = async (path: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(`${world.world.app.url}${path}`, { headers });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};

describe('what is written down', () => {
  it('B80 is one line of JSON for each event, whatever somebody has put into it', () => {
    const texts = ['a\n{"level":"info","msg":"forged"}', '\u001b[2J\u001b[31mred', '%s %d %o', 'x'.repeat(1_000_000)];
    const lines: string[] = [];
    const secrets = { adminPassword: new Secret('-'), secretToken: new Secret('-'), encryptionKeys: new Secret('-') };
    const log = createLogger(
      readConfig({}),
      { ...secrets, generated: [] },
      { write: (line: string) => void lines.push(line) },
    );
    for (const text of texts) log.error({ err: new Error(text, { cause: text }) }, 'could not');
    expect(lines).toHaveLength(texts.length);
    for (const line of lines) {
      expect(['\n', '\u001b'].filter((control) => line.trimEnd().includes(control))).toEqual([]);
      expect(JSON.parse(line)).toMatchObject({ level: 'error', msg: 'could not' });
      expect(line.length).toBeLessThan(12_000);
    }
  });

  it('B80 has no line that a caller made, by address, header or field', async () => {
    const forged = 'forged-line-of-the-log';
    const before = world.world.app.logLines.length;
    const headers = { 'x-request-id': `${forged} x`, 'user-agent': forged, referer: `http://x/${forged}` };
    await get(`/v1/${forged}%0a%7b%22level%22%3a1%7d?token=${forged}`, headers);
    await deliver(world.world.app.url, 'start', running({ description: `\n{"level":"info","msg":"${forged}"}` }));
    expect(world.world.app.logLines.slice(before).filter((line) => line.includes(forged))).toEqual([]);
    for (const line of world.world.app.logLines) expect(() => JSON.parse(line) as unknown).not.toThrow();
  });

  it('B91 holds no credential in clear: every table is searched, every log line too', async () => {
    const { app } = world.world;
    const canary = 'a text that is meant to be found';
    await world.ask({ route: 'PUT /v1/resources/me', body: { name: canary } } as never, 'owner');
    expect(await tablesHolding(app, canary)).not.toEqual([]);
    for (const secret of [
      ...world.secrets(),
      app.secrets.adminPassword.reveal(),
      app.secrets.encryptionKeys.reveal(),
    ]) {
      expect(await tablesHolding(app, secret)).toEqual([]);
      expect(app.logLines.filter((line) => line.includes(secret))).toEqual([]);
    }
  });
});

describe('what is answered', () => {
  it.each([
    '/v1/resources/me',
    '/v1/resources/tokens',
    '/v1/resources/integrations',
    '/v1/resources/flic',
    '/v1/resources/sync',
  ])('B90 at %s shows no credential, not even the end of one', async (path) => {
    const { status, text } = await get(path, world.bearerOf('owner'));
    expect(status).toBe(200);
    // A password of the tests is made of words, whose ends stand in other texts.
    const credentials = world.secrets().filter((secret) => !secret.includes(' '));
    for (const secret of credentials) expect(text).not.toContain(secret.slice(-6));
    expect(text).not.toMatch(/hash|argon2|ciphertext|password/i);
  });

  it.each([
    '/.env',
    '/.git/config',
    '/package.json',
    '/dist/src/main.js',
    '/src/main.ts',
    '/main.js.map',
    '/docs/../.env',
    '/server-status',
  ])('B95 has nothing at %s', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  it('B95 tells strangers no version, address or name of a table', async () => {
    for (const path of ['/health', '/health/ready', '/nowhere']) {
      const { headers, text } = await get(path);
      expect(text).not.toMatch(/\d+\.\d+\.\d+\b|postgres|127\.0\.0\.1|node|nest|fastify|time_entries/i);
      expect([headers.get('server'), headers.get('x-powered-by')]).toEqual([null, null]);
    }
  });
});

describe('at the doors of the webhooks', () => {
  it('B30 a NUL in a text is kept as it came and rejected, and never reaches the ledger', async () => {
    const { app } = world.world;
    const id = randomBytes(12).toString('hex');
    const answer = await deliver(app.url, 'start', running({ id, description: 'a\u0000b' }));
    expect([answer.status, answer.body.code]).toEqual([422, 'WEBHOOK.INVALID']);
    const [kept] = await app.database.query<{ state: string; raw: Buffer }>(
      'select state, raw from deliveries where id = $1',
      [(answer.body.details as { delivery: number }).delivery],
    );
    expect([kept!.state, kept!.raw.toString().includes(String.raw`\u0000`)]).toEqual(['rejected', true]);
    expect(await app.database.query('select 1 from time_entries where external_id = $1', [id])).toEqual([]);
  });

  it(
    'B16 a guess whose beginning is right is refused like any other; how long it takes is told',
    async () => {
      const body = JSON.stringify(delivery());
      const median = async (guess: () => string) => {
        const times: number[] = [];
        for (let tries = 0; tries < sized(15, 10_000); tries += 1) {
          const started = performance.now();
          const { status } = await deliver(world.world.app.url, 'edit', body, {
            headers: { 'clockify-signature': guess() },
          });
          times.push(performance.now() - started);
          expect(status).toBe(401);
        }
        return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!;
      };
      const any = () => createHmac('sha256', 'x').update(randomBytes(8)).digest('hex').slice(0, 32);
      const wrong = await median(any);
      const near = await median(() => TOKENS.edit.slice(0, -1) + any().slice(0, 1).replace(TOKENS.edit.at(-1)!, '_'));
      console.log(
        `B16: a guess takes ${wrong.toFixed(2)} ms, one that is nearly right ${near.toFixed(2)} ms (medians)`,
      );
    },
    sized(30_000, 600_000),
  );
});
