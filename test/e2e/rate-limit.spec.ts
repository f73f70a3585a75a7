import { describe, expect, it } from 'vitest';
import { startTestApp } from '../support/app.js';
import { callProbe, CallerProbeModule, type Headers } from '../support/caller-probe.js';
import { addPerson } from '../support/people.js';

describe('the rate limit', () => {
  it('answers a credential beyond its burst with 429 and Retry-After, and nobody else', async () => {
    const app = await startTestApp({ imports: [CallerProbeModule], env: { RATE_LIMIT_PER_SECOND: '2' } });
    try {
      const [ana, berta] = [await addPerson(app, 'ana'), await addPerson(app, 'berta')];
      const get = (path: string, headers: Headers = {}) => callProbe(app, path, headers);
      const answers = await Promise.all(Array.from({ length: 30 }, () => get('user', ana.bearer)));
      const limited = answers.filter((answer) => answer.status === 429);
      expect(limited.length).toBeGreaterThanOrEqual(30 - 12 - 4);
      expect(answers.filter((answer) => answer.status === 200).length).toBeGreaterThanOrEqual(12);
      expect(limited[0]!.headers.get('retry-after')).toBe('1');
      expect(await limited[0]!.json()).toMatchObject({ code: 'RATE.LIMITED' });
      expect((await get('user', berta.bearer)).status).toBe(200);
      const guesses = await Promise.all(Array.from({ length: 30 }, () => get('user')));
      expect(guesses.filter((answer) => answer.status === 429).length).toBeGreaterThanOrEqual(14);
      expect((await get('user', berta.bearer)).status).toBe(200);
      const open = await Promise.all(Array.from({ length: 60 }, (_, n) => get(n % 2 ? 'public' : 'webhook')));
      expect(new Set(open.map((answer) => answer.status))).toEqual(new Set([200]));
    } finally {
      await app.close();
    }
  });
});
