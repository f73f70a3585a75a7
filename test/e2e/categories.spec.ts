import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_RULES } from '../../src/categories/default-rules.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { addPerson, type Person } from '../support/people.js';

interface Answer<Result> {
  status: number;
  body: { result: Result; code?: string; message?: string };
}
interface Rules {
  rules: { keywords: string[]; category: string }[];
  is_default: boolean;
}
const LISTS = ['timeline', 'reports', 'logs'] as const;

interface Shown {
  entries: { id: number; category: string }[];
}

describe('categories', () => {
  let app: TestApp;
  let ana: Person;
  let berta: Person;

  beforeAll(async () => {
    app = await startTestApp();
    ana = await addPerson(app, 'ana');
    berta = await addPerson(app, 'berta');
  });

  afterAll(() => app.close());

  const call = async <Result>(person: Person | null, method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${app.url}/v1/resources/${path}`, {
      method,
      headers: { ...person?.bearer, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json() } as Answer<Result>;
  };
  const log = async (person: Person, fields: object) => {
    const times = { start: '2026-07-20T08:00:00Z', end: '2026-07-20T09:00:00Z' };
    const { status, body } = await call<{ id: number }>(person, 'POST', 'logs', { ...times, ...fields });
    expect(status).toBe(201);
    return body.result.id;
  };
  const RANGE = 'from=2026-07-20T00:00:00Z&to=2026-07-21T00:00:00Z';
  const shownIn = async (person: Person, list: 'timeline' | 'reports' | 'logs') => {
    const { body } = await call<Shown | Shown['entries']>(person, 'GET', `${list}?${RANGE}`);
    const entries = Array.isArray(body.result) ? body.result : body.result.entries;
    return new Map(entries.map(({ id, category }) => [id, category]));
  };

  it('come from the general rules, for whoever has none of their own', async () => {
    const { body } = await call<Rules>(ana, 'GET', 'categories');
    expect(body.result).toMatchObject({ rules: DEFAULT_RULES, is_default: true });
  });

  it('of old entries change with the rules, in logs, the timeline and reports, and only one’s own', async () => {
    const house = await log(ana, { task: 'housework' });
    const call1 = await log(ana, { task: 'daily call', tags: ['Work'] });
    const said = await log(ana, { task: 'work', category: 'Play' });
    const hers = await log(berta, { task: 'daily call' });
    for (const list of LISTS) {
      const shown = await shownIn(ana, list);
      expect([house, call1, said].map((id) => shown.get(id))).toEqual(['Housework', 'Work', 'Play']);
    }
    const rules = [
      { keywords: ['daily call', ' stand-up '], category: 'Meetings' },
      { keywords: ['house', 'work'], category: 'Job' },
    ];
    const put = await call<Rules>(ana, 'PUT', 'categories', { rules });
    expect(put).toMatchObject({ status: 200, body: { result: { is_default: false } } });
    expect(put.body.result.rules[0]!.keywords).toEqual(['daily call', 'stand-up']);
    expect((await call<Rules>(ana, 'GET', 'categories')).body).toEqual(put.body);
    for (const list of LISTS) {
      const shown = await shownIn(ana, list);
      expect([house, call1, said].map((id) => shown.get(id))).toEqual(['Other', 'Job', 'Play']);
      expect((await shownIn(berta, list)).get(hers)).toBe('Other');
    }
    await call(ana, 'PUT', 'categories', { rules: null });
    expect((await call<Rules>(ana, 'GET', 'categories')).body.result).toMatchObject({ is_default: true });
    expect((await shownIn(ana, 'timeline')).get(house)).toBe('Housework');
  });

  it('of everybody’s report go by the rules of each owner', async () => {
    await call(berta, 'PUT', 'categories', { rules: [{ keywords: ['call'], category: 'Calls' }] });
    const mine = await log(ana, { task: 'a call at work' });
    const hers = await log(berta, { task: 'a call at work' });
    const answer = await fetch(
      `${app.url}/api-clockify/session-report/download?startDate=2026-07-20&endDate=2026-07-20&format=json`,
      { headers: { authorization: app.secrets.secretToken.reveal() } },
    );
    expect(answer.status).toBe(200);
    const { entries } = (await answer.json()) as Shown;
    const shown = new Map(entries.map(({ id, category }) => [id, category]));
    expect([shown.get(mine), shown.get(hers)]).toEqual(['Work', 'Calls']);
  });

  const many = (count: number, keywords: string[]) =>
    Array.from({ length: count }, () => ({ keywords, category: 'A' }));

  it.each<[string, unknown, number]>([
    ['no rules', {}, 400],
    ['text', { rules: 'work' }, 400],
    ['a list of text', { rules: ['work'] }, 400],
    ['a list in a list', { rules: [[]] }, 400],
    ['null as a rule', { rules: [null] }, 400],
    ['a rule without keywords', { rules: [{ keywords: [], category: 'A' }] }, 400],
    ['a keyword that is none', { rules: [{ keywords: [5], category: 'A' }] }, 400],
    ['an empty keyword', { rules: [{ keywords: [''], category: 'A' }] }, 400],
    ['a long keyword', { rules: [{ keywords: ['x'.repeat(101)], category: 'A' }] }, 400],
    ['no category', { rules: [{ keywords: ['a'] }] }, 400],
    ['an empty category', { rules: [{ keywords: ['a'], category: '' }] }, 400],
    ['an unknown field', { rules: [], extra: 1 }, 400],
    ['201 rules', { rules: many(201, ['a']) }, 400],
    ['a keyword without a word', { rules: [{ keywords: ['!?'], category: 'A' }] }, 422],
    ['a blank category', { rules: [{ keywords: ['a'], category: '  ' }] }, 422],
    [
      'more than 500 keywords',
      {
        rules: many(
          11,
          Array.from({ length: 50 }, (_, index) => `k${index}`),
        ),
      },
      422,
    ],
  ])('are not taken from %s', async (_name, body, status) => {
    const before = await call<Rules>(ana, 'GET', 'categories');
    const answer = await call(ana, 'PUT', 'categories', body);
    expect(answer).toMatchObject({ status, body: { message: expect.any(String) as string } });
    expect(await call<Rules>(ana, 'GET', 'categories')).toEqual(before);
  });

  it('are nobody’s without credentials', async () => {
    expect((await call(null, 'GET', 'categories')).status).toBe(401);
    expect((await call(null, 'PUT', 'categories', { rules: [] })).status).toBe(401);
  });
});
