import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/app.js';
import { callProbe, CallerProbeModule, outcomeOf, type Headers } from '../support/caller-probe.js';
import { addPerson, type Person } from '../support/people.js';

describe('a page of another site', () => {
  let app: TestApp;
  let ana: Person;

  beforeAll(async () => {
    app = await startTestApp({ imports: [CallerProbeModule], env: { CORS_ORIGINS: 'https://app.example.com' } });
    ana = await addPerson(app, 'Ana');
  });

  afterAll(() => app.close());

  const post = async (headers: Headers) => outcomeOf(app, 'user', { cookie: await ana.signIn(), ...headers }, 'POST');

  it('cannot write with the visitor’s cookie', async () => {
    expect(await post({ origin: 'https://evil.example' })).toBe('403 AUTH.ORIGIN');
    expect(await post({ origin: 'null' })).toBe('403 AUTH.ORIGIN');
    expect(await post({ 'sec-fetch-site': 'cross-site' })).toBe('403 AUTH.ORIGIN');
    expect(await post({ 'sec-fetch-site': 'same-site' })).toBe('403 AUTH.ORIGIN');
    expect(await post({ origin: app.url.replace('http:', 'https:') })).toBe('403 AUTH.ORIGIN');
  });

  it('may when it is ours or one of CORS_ORIGINS, and a program without a page may too', async () => {
    expect(await post({ origin: app.url })).toBe('201 Ana');
    expect(await post({ origin: 'https://app.example.com' })).toBe('201 Ana');
    expect(await post({})).toBe('201 Ana');
    expect(await post({ 'sec-fetch-site': 'same-origin' })).toBe('201 Ana');
  });

  it('cannot send a token, so a token needs no page', async () => {
    expect(await outcomeOf(app, 'user', { ...ana.bearer, origin: 'https://evil.example' }, 'POST')).toBe('201 Ana');
  });

  it('may read nothing either: only CORS_ORIGINS get an answer the browser shows', async () => {
    const cookie = await ana.signIn();
    const evil = await callProbe(app, 'user', { cookie, origin: 'https://evil.example' });
    expect(evil.headers.get('access-control-allow-origin')).toBeNull();
    const own = await callProbe(app, 'user', { cookie, origin: 'https://app.example.com' });
    expect(own.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
  });
});

describe('PUBLIC_URL', () => {
  it('is the own origin when it is set, whatever the Host header says', async () => {
    const app = await startTestApp({ imports: [CallerProbeModule], env: { PUBLIC_URL: 'http://time.example.com/' } });
    try {
      const cookie = await (await addPerson(app, 'ana')).signIn();
      const post = async (origin: string) =>
        (await fetch(`${app.url}/probe/user`, { method: 'POST', headers: { cookie, origin } })).status;
      expect(await post('http://time.example.com')).toBe(201);
      expect(await post(app.url)).toBe(403);
    } finally {
      await app.close();
    }
  });
});
