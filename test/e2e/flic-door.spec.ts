import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '../support/people.js';
import { sendRaw } from '../support/raw-http.js';
import { TogglApp } from '../support/toggl.js';

const PRESS = '/v1/rpc/flic';
const SETTINGS = '/v1/resources/flic';

describe('the door of a Flic button', () => {
  let world: TogglApp;
  let count = 0;

  beforeAll(async () => {
    world = await TogglApp.start();
  });

  afterAll(() => world.close());

  const newcomer = () => world.addTracker(`person${(count += 1)}`);
  /** The debounce goes by the database's clock: lets its 1.5 s pass. */
  const wait = (person: Person) =>
    world.app.database.execute(
      `update flic_buttons set last_pressed_at = last_pressed_at - interval '1.6 seconds' where user_id = $1`,
      [person.id],
    );
  const request = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(world.app.url + path, { method: 'POST', ...init });
    return { status: answer.status, body: (await answer.json()) as { status?: string; code?: string } };
  };

  it('works by GET and by POST, with the token in every place a button can put it', async () => {
    const ana = await newcomer();
    const { token, username } = ana;
    const ways: [string, RequestInit][] = [
      [`${PRESS}/click`, { headers: { authorization: `Bearer ${token}` } }],
      [`${PRESS}/click`, { headers: { username, auth_token: token } }],
      [`${PRESS}/click`, { headers: { 'auth-token': token } }],
      [`${PRESS}/click?token=${token}`, {}],
      [`${PRESS}/click/${token}`, {}],
      [`${PRESS}/click/${token}/`, {}],
    ];
    for (const [path, init] of ways) {
      for (const method of ['GET', 'POST']) {
        await wait(ana);
        expect([path, method, (await request(path, { ...init, method })).status]).toEqual([path, method, 200]);
      }
    }
    expect(await world.listLogs(ana)).toHaveLength(6);
  });

  it('is never pressed by a cookie, a wrong token, or two that differ', async () => {
    const [ana, berta] = [await newcomer(), await newcomer()];
    const cookie = await ana.signIn();
    const wrong = 'w'.repeat(43);
    const ways: [string, Record<string, string>][] = [
      [`${PRESS}/click`, {}],
      [`${PRESS}/click`, { cookie }],
      [`${PRESS}/click`, { cookie, username: ana.username }],
      [`${PRESS}/click?token=${wrong}`, { cookie }],
      [`${PRESS}/click/${wrong}`, {}],
      [`${PRESS}/click?token=`, {}],
      [`${PRESS}/click?token=${ana.token}&token=${ana.token}`, {}],
      [`${PRESS}/click/${wrong}?token=${ana.token}`, {}],
      [`${PRESS}/click`, { username: berta.username, auth_token: ana.token }],
      [`${PRESS}/nonsense/${wrong}`, {}],
    ];
    for (const [path, headers] of ways) {
      for (const method of ['GET', 'POST']) {
        const { status, body } = await request(path, { method, headers });
        expect([path, method, status, body.code]).toEqual([path, method, 401, 'AUTH.REQUIRED']);
      }
    }
    const mixed = await request(`${PRESS}/click/${berta.token}?token=${ana.token}`, { method: 'POST' });
    expect([mixed.status, mixed.body.code]).toEqual([400, 'AUTH.MIXED_IDENTITIES']);
    expect(await world.listLogs(ana)).toEqual([]);
    expect((await world.call(ana, 'GET', SETTINGS)).body.result).toMatchObject({ buttons: [] });
  });

  it('is not pressed by a HEAD request, which only looks', async () => {
    const ana = await newcomer();
    await fetch(`${world.app.url}${PRESS}/click/${ana.token}`, { method: 'HEAD' });
    expect(await world.listLogs(ana)).toEqual([]);
  });

  it('answers 404 for an event it does not have, and does nothing', async () => {
    const ana = await newcomer();
    for (const event of ['triple_click', 'CLICK', 'double-click', '__proto__', 'constructor', '%00', 'settings']) {
      const { status } = await request(`${PRESS}/${event}/${ana.token}`);
      expect([event, status]).toEqual([event, event === '%00' ? 400 : 404]);
    }
    expect(await request(`${PRESS}/triple_click/${ana.token}`)).toMatchObject({ body: { code: 'FLIC.UNKNOWN_EVENT' } });
    expect(await world.listLogs(ana)).toEqual([]);
  });

  it('leaves its token in no log line, whatever the outcome', async () => {
    const ana = await newcomer();
    await request(`${PRESS}/click/${ana.token}`);
    await request(`${PRESS}/click?token=${ana.token}`, { method: 'GET' });
    await request(`${PRESS}/unknown/${ana.token}`);
    await request(`${PRESS}/click/${ana.token}/more`);
    await request(`${PRESS}/click/${ana.token}%zz`);
    await request(`${PRESS}/click/${ana.token}?token=other`);
    world.toggl.faults.add({ times: 9, action: { status: 500, body: 'x' } });
    await wait(ana);
    await request(`${PRESS}/click/${ana.token}`);
    await world.app.database.execute('alter table flic_presses rename to flic_presses_away');
    await wait(ana);
    expect((await request(`${PRESS}/click/${ana.token}`)).status).toBe(500);
    await world.app.database.execute('alter table flic_presses_away rename to flic_presses');
    expect(world.app.logLines.join('\n')).not.toContain(ana.token);
    expect(world.app.logLines.some((line) => line.includes(`${PRESS}/:event/:token`))).toBe(true);
    const notes = await world.app.database.query('select * from error_log');
    expect(JSON.stringify(notes)).not.toContain(ana.token);
  });

  const BODIES: [string | undefined, string][] = [
    ['text/plain', 'click'],
    ['text/plain; charset=utf-16', 'x'],
    ['application/x-www-form-urlencoded', 'event=click&x=%00'],
    ['multipart/form-data; boundary=x', '--x--'],
    ['application/json', ''],
    ['application/json', '{"event_type":"click"}'],
    ['application/json', '{"broken":'],
    ['application/json', '[1,2]'],
    ['application/json', '"\\u0000"'],
    ['application/json', '{"__proto__":{"x":1}}'],
    ['application/xml', '<click/>'],
    ['nonsense', 'x'],
    ['', 'x'],
    ['application/octet-stream', '\u0000\u0001'],
  ];

  it.each(BODIES)('takes any body of any type: %j %j', async (type, body) => {
    const ana = await newcomer();
    const length = `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n`;
    const head = `POST ${PRESS}/click/${ana.token} HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\n${length}\r\n`;
    const answer = await sendRaw(world.app.url, head + body);
    expect([answer.status, answer.text.includes('Started')]).toEqual([200, true]);
  });

  it('takes a body without a type or compressed, and refuses one without an end', async () => {
    const [ana, berta, carla] = [await newcomer(), await newcomer(), await newcomer()];
    const raw = ({ token }: Person, headers: string, body: string) =>
      sendRaw(world.app.url, `POST ${PRESS}/click/${token} HTTP/1.1\r\nHost: x\r\n${headers}\r\n${body}`);
    expect((await raw(ana, 'Content-Length: 3\r\nConnection: close\r\n', 'abc')).status).toBe(200);
    const gzip = 'Content-Encoding: gzip\r\nContent-Length: 3\r\nConnection: close\r\n';
    expect((await raw(berta, gzip, 'abc')).status).toBe(200);
    const chunk = `10000\r\n${'a'.repeat(65_536)}\r\n`;
    expect((await raw(carla, 'Transfer-Encoding: chunked\r\n', chunk.repeat(40))).status).toBe(413);
    expect(await world.listLogs(carla)).toEqual([]);
  });

  it('is the only door that takes such bodies', async () => {
    const ana = await newcomer();
    for (const type of ['text/plain', 'application/x-ignored']) {
      const headers = { ...ana.bearer, 'content-type': type };
      const answer = await request('/v1/rpc/timer/toggle', { headers, body: '{}' });
      expect(answer).toMatchObject({ status: 415, body: { code: 'BODY.UNSUPPORTED_TYPE' } });
    }
  });
});
