import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ErrorLogService } from '../../src/errors/error-log.service.js';
import { AdminApp } from '../support/admin.js';

interface Kind extends Record<string, unknown> {
  code: string;
}

let world: AdminApp;

beforeAll(async () => {
  world = await AdminApp.start({ env: { ROLE: 'api' } });
  const log = world.app.get(ErrorLogService);
  for (const minute of [0, 1, 2]) {
    world.clock.set(new Date(Date.UTC(2026, 6, 20, 9, minute)));
    await log.record({
      code: 'SESSION.DUPLICATE_EXTERNAL_ID',
      severity: 'warning',
      message: `Session "${minute}" came again`,
      endpoint: '/webhook/clockify/start',
      method: 'POST',
      status: 200,
      detail: { provider: 'clockify' },
    });
  }
  world.clock.set(new Date('2026-07-20T10:00:00Z'));
  await log.record({ code: 'INTERNAL', severity: 'error', message: 'broken', status: 500, userId: 1 });
});

afterAll(() => world.close());

const codes = async (query: string) => (await world.get<Kind[]>(`/error-log?${query}`)).map(({ code }) => code);

describe('the error log', () => {
  it('shows each kind once, with how often and when it was seen, the latest first', async () => {
    expect(await world.get('/error-log')).toEqual([
      expect.objectContaining({ code: 'INTERNAL', occurrences: 1, idUser: 1, responseCode: 500 }),
      {
        idErrorLog: 1,
        code: 'SESSION.DUPLICATE_EXTERNAL_ID',
        severity: 'warning',
        errorMessage: 'Session "2" came again',
        endpoint: '/webhook/clockify/start',
        method: 'POST',
        responseCode: 200,
        detail: { provider: 'clockify' },
        occurrences: 3,
        firstAt: '2026-07-20T09:00:00.000Z',
        lastAt: '2026-07-20T09:02:00.000Z',
        requestId: null,
        idUser: null,
      },
    ]);
    expect(await world.get('/error-log/getAll')).toEqual(await world.get('/error-log'));
  });

  it.each([
    ['status=500', ['INTERNAL']],
    ['provider=clockify', ['SESSION.DUPLICATE_EXTERNAL_ID']],
    ['code=INTERNAL', ['INTERNAL']],
    ['severity=warning', ['SESSION.DUPLICATE_EXTERNAL_ID']],
    ['from=2026-07-20T09:30:00Z', ['INTERNAL']],
    ['to=2026-07-20T09:30:00Z', ['SESSION.DUPLICATE_EXTERNAL_ID']],
    ['provider=toggl', []],
    ['provider=clockify&severity=error', []],
  ])('for %s shows %j', async (query, expected) => {
    expect(await codes(query)).toEqual(expected);
  });

  it('comes in pages', async () => {
    const { headers, body } = await world.call<Kind[]>('GET', '/error-log?limit=1');
    expect(body.map(({ code }) => code)).toEqual(['INTERNAL']);
    const rest = await codes(`limit=1&cursor=${headers.get('x-next-cursor')}`);
    expect(rest).toEqual(['SESSION.DUPLICATE_EXTERNAL_ID']);
  });

  it.each(['status=abc', 'severity=bad', 'from=yesterday', 'limit=0', 'cursor=x', 'sort=id'])(
    'refuses %s',
    async (query) => {
      expect((await world.call('GET', `/error-log?${query}`)).status).toBe(400);
    },
  );
});
