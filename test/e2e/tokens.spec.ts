import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/app.js';
import { addPerson, type Person } from '../support/people.js';

interface Item {
  id: number;
  name: string;
  created_at: number;
  last_used_at: number | null;
}

describe('tokens', () => {
  let app: TestApp;
  let ana: Person;
  let berta: Person;

  beforeAll(async () => {
    app = await startTestApp();
    ana = await addPerson(app, 'ana');
    berta = await addPerson(app, 'berta');
  });

  afterAll(() => app.close());

  const call = (method: string, tail = '', body?: unknown, person: Person | null = ana) =>
    fetch(`${app.url}/v1/resources/tokens${tail}`, {
      method,
      headers: { ...person?.bearer, ...(body !== undefined && { 'content-type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  const list = async (person: Person) =>
    ((await (await call('GET', '', undefined, person)).json()) as { result: Item[] }).result;
  const create = async (name: string, person = ana) =>
    ((await (await call('POST', '', { name }, person)).json()) as { result: { id: number; token: string } }).result;
  const opens = async (token: string) =>
    (await fetch(`${app.url}/v1/resources/me`, { headers: { authorization: `Bearer ${token}` } })).status === 200;

  it('are shown once, when they are made, and open the API', async () => {
    const answer = await call('POST', '', { name: 'Flic' });
    expect(answer.status).toBe(201);
    const { result } = (await answer.json()) as { result: { token: string; id: number } };
    expect(result).toEqual({ id: expect.any(Number) as number, name: 'Flic', token: expect.any(String) as string });
    expect(result.token).toMatch(/^[\w-]{43}$/);
    expect(await opens(result.token)).toBe(true);
    const listed = await (await call('GET')).text();
    expect(listed).toContain('Flic');
    expect(listed).not.toContain(result.token);
    expect(listed).not.toContain(result.token.slice(0, 8));
  });

  it('are listed for their owner alone, oldest first, page by page', async () => {
    await create('of berta', berta);
    expect((await list(berta)).map(({ name }) => name)).toEqual(['test', 'of berta']);
    expect((await list(ana)).some(({ name }) => name === 'of berta')).toBe(false);
    const first = (await (await call('GET', '?limit=1', undefined, berta)).json()) as {
      result: Item[];
      next_cursor: string;
    };
    const second = (await (await call('GET', `?cursor=${first.next_cursor}`, undefined, berta)).json()) as object;
    expect(first.result[0]).toMatchObject({ name: 'test', created_at: expect.any(Number) as number });
    expect(second).toEqual({ result: [expect.objectContaining({ name: 'of berta', last_used_at: null })] });
  });

  it('open nothing from the moment they are deleted, by query or by path', async () => {
    const [first, second] = [await create('first'), await create('second')];
    const answer = await call('DELETE', `?id=${first.id}`);
    expect([answer.status, await answer.text()]).toEqual([200, 'Success']);
    expect((await call('DELETE', `/${second.id}?id=${second.id}`)).status).toBe(200);
    expect([await opens(first.token), await opens(second.token)]).toEqual([false, false]);
  });

  it('of somebody else are as absent as those that never were', async () => {
    const { id, token } = await create('hers', berta);
    const answers = await Promise.all([call('DELETE', `/${id}`), call('DELETE', '/999999')]);
    const bodies = await Promise.all(
      answers.map(async (answer) => ({ ...((await answer.json()) as object), requestId: undefined })),
    );
    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
    expect(bodies[0]).toEqual(bodies[1]);
    expect(bodies[0]).toMatchObject({ code: 'TOKEN.NOT_FOUND' });
    expect(await opens(token)).toBe(true);
  });

  it.each([
    '',
    '?id=',
    '?id=undefined',
    '?id=null',
    '?id=1&id=2',
    '?id[]=1',
    '?id[gt]=0',
    '?id=1.0',
    '?id=%201',
    '?name=test',
    '/x',
    '/1?id=2',
  ])('are not deleted by DELETE %j', async (tail) => {
    const before = await app.database.query('select id from api_tokens order by id');
    const answer = await call('DELETE', tail);
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([400, 'VALIDATION.FAILED']);
    expect(await app.database.query('select id from api_tokens order by id')).toEqual(before);
  });

  it.each([
    ['name', {}],
    ['name', { name: '' }],
    ['name', { name: null }],
    ['name', { name: ['x'] }],
    ['name', { name: 'x'.repeat(101) }],
    ['user_id', { name: 'x', user_id: 1 }],
    ['token', { name: 'x', token: 'chosen' }],
    ['id', { name: 'x', id: 1 }],
  ])('are refused when the body has a wrong %s', async (field, body) => {
    const answer = await call('POST', '', body);
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { message: string }).message).toContain(field);
  });

  it('are for signed-in users', async () => {
    for (const method of ['GET', 'POST', 'DELETE']) {
      expect((await call(method, '', undefined, null)).status).toBe(401);
    }
  });
});
