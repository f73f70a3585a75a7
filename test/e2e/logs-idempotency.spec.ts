import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addPerson, type Person } from '../support/people.js';
import { countRows } from '../support/rows.js';
import { at, TogglApp, type LogItem, type Tracker } from '../support/toggl.js';

const BODY = { task: 'once', start: at('07:00:00'), end: at('08:00:00') };

describe('a log with an Idempotency-Key', () => {
  let world: TogglApp;
  let ana: Tracker;
  let berta: Person;
  let count = 0;

  beforeAll(async () => {
    world = await TogglApp.start();
    ana = await world.addTracker('ana');
    berta = await addPerson(world.app, 'berta');
  });

  afterAll(() => world.close());

  const newKey = () => `key-${(count += 1)}`;
  const post = (person: Person, key: string, body: object = BODY, query = '') =>
    world.call<LogItem>(person, 'POST', `/v1/resources/logs${query}`, body, { 'idempotency-key': key });

  it('is written once however often it is sent, and answered alike', async () => {
    const key = newKey();
    const first = await post(berta, key);
    const second = await post(berta, key, { end: BODY.end, start: '2026-03-02T07:00:00Z', task: 'once' });
    expect([first.status, first.headers.get('idempotency-replayed')]).toEqual([201, null]);
    expect([second.status, second.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    expect(second.body).toEqual(first.body);
    expect(await world.listLogs(berta)).toHaveLength(1);
  });

  it('is written once by twenty who send it at the same moment, here and there', async () => {
    const key = newKey();
    const body = { ...BODY, integration_id: ana.integrationId };
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(ana, key, body)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 201));
    expect(new Set(answers.map(({ body }) => body.result.id)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === null)).toHaveLength(1);
    expect(await world.listLogs(ana)).toHaveLength(1);
    await expect.poll(async () => (await world.listLogs(ana))[0]!.sync.state).toBe('synced');
    expect(world.there(ana)).toHaveLength(1);
  });

  it('that waits is answered by what became of it, also when it is asked for again', async () => {
    const key = newKey();
    const body = { ...BODY, task: 'waited for', integration_id: ana.integrationId };
    const first = await post(ana, key, body, '?wait=true');
    const again = await post(ana, key, body, '?wait=true');
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.body.result.sync.state).toBe('synced');
    expect(again.body).toEqual(first.body);
    await world.call(ana, 'DELETE', `/v1/resources/logs/${first.body.result.id}?wait=true`);
    const removed = await post(ana, key, body, '?wait=true');
    expect([removed.status, removed.body.result.id]).toEqual([201, first.body.result.id]);
  });

  it('is refused with 422 when the key was used for another request, and nothing is written', async () => {
    const key = newKey();
    await post(berta, key);
    const before = await countRows(world.app);
    const answers = await Promise.all([
      post(berta, key, { ...BODY, task: 'other' }),
      post(berta, key, { ...BODY, end: BODY.end + 1 }),
      post(berta, key, { ...BODY, billable: false }),
    ]);
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY.KEY_REUSED' } });
    }
    expect(await countRows(world.app)).toEqual(before);
  });

  it('has a key of its own for each user', async () => {
    const key = newKey();
    const [hers, mine] = [await post(ana, key), await post(berta, key)];
    expect(mine.headers.get('idempotency-replayed')).toBeNull();
    expect(mine.body.result.id).not.toBe(hers.body.result.id);
  });

  it('uses up no key when it is refused', async () => {
    const key = newKey();
    expect((await post(berta, key, { ...BODY, end: BODY.start - 1 })).status).toBe(422);
    expect((await post(berta, key, { ...BODY, project_id: 987_654_321 })).status).toBe(404);
    expect((await post(berta, key, { ...BODY, task: 5 })).status).toBe(400);
    const written = await post(berta, key);
    expect([written.status, written.headers.get('idempotency-replayed')]).toEqual([201, null]);
  });

  it('is answered as it was even after the log was changed or removed', async () => {
    const key = newKey();
    const first = await post(berta, key);
    await world.call(berta, 'DELETE', `/v1/resources/logs/${first.body.result.id}`);
    const again = await post(berta, key);
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect((await world.call(berta, 'GET', `/v1/resources/logs/${first.body.result.id}`)).status).toBe(404);
  });

  it.each(['', 'a b', 'x'.repeat(256), 'é'])('is refused with 400 for the key %#', async (key) => {
    const before = await countRows(world.app);
    const answer = await post(berta, key === 'é' ? 'Ã©' : key);
    expect(answer).toMatchObject({ status: 400, body: { code: 'IDEMPOTENCY.BAD_KEY' } });
    expect(await countRows(world.app)).toEqual(before);
  });
});
