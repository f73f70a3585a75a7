import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { healthImport } from '../../src/time-entries/health-activity.js';
import { TimeEntriesService } from '../../src/time-entries/time-entries.service.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { addPerson, type Person } from '../support/people.js';

const SECRET = 'a-secret-of-the-phones-of-this-house';
const MEGABYTE = 1024 * 1024;

let lastMinute = 0;

/** A workout of ten minutes that nobody has done yet. */
function workout(changes: Record<string, unknown> = {}): Record<string, unknown> {
  lastMinute += 1;
  const minute = String(lastMinute % 50).padStart(2, '0');
  const hour = String(6 + Math.floor(lastMinute / 50)).padStart(2, '0');
  return {
    id: crypto.randomUUID().toUpperCase(),
    name: 'Outdoor Run',
    start: `2026-05-01 ${hour}:${minute}:00 +0200`,
    end: `2026-05-01 ${hour}:${minute}:30 +0200`,
    duration: 30,
    ...changes,
  };
}

interface Answer {
  status: number;
  body: { status?: string; new?: number; duplicates?: number; rejected?: object[]; code?: string; message?: string };
}

describe('workouts that a phone sends', () => {
  let app: TestApp;
  let ana: Person;
  let bea: Person;

  beforeAll(async () => {
    app = await startTestApp({ env: { HEALTH_WEBHOOK_SECRET: SECRET } });
    ana = await addPerson(app, 'ana');
    bea = await addPerson(app, 'bea');
  });

  afterAll(() => app.close());

  const post = async (body: unknown, headers: Record<string, string>, path = '/webhooks/health'): Promise<Answer> => {
    const answer = await fetch(`${app.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: answer.status, body: JSON.parse(await answer.text()) as Answer['body'] };
  };
  const bearer = ({ token }: Person) => ({ authorization: `Bearer ${token}` });
  const send = (...workouts: unknown[]) => post({ data: { workouts } }, bearer(ana));
  const entriesOf = ({ id }: Pick<Person, 'id'>) =>
    app.database.query<{ id: number; description: string; workspace_id: string; external_id: string }>(
      'select * from time_entries where user_id = $1 order by id',
      [id],
    );

  it('become entries of whoever owns the token, in whichever header it stands', async () => {
    const before = (await entriesOf(bea)).length;
    const headers: Record<string, string>[] = [
      bearer(bea),
      { 'api-key': bea.token },
      { 'x-webhook-secret': bea.token },
    ];
    for (const one of headers) {
      const answer = await post({ data: { workouts: [workout()] } }, one, '/api/webhooks/health/');
      expect(answer).toMatchObject({ status: 200, body: { status: 'accepted', new: 1, duplicates: 0, rejected: [] } });
    }
    const entries = await entriesOf(bea);
    expect(entries).toHaveLength(before + 3);
    expect(entries.at(-1)).toMatchObject({
      source: 'apple_health',
      workspace_id: `user:${bea.id}`,
      description: 'Outdoor Run',
      category: 'Sport',
      is_billable: false,
      integration_id: null,
      review_status: 'approved',
    });
    expect(await app.database.query('select from pushes')).toEqual([]);
  });

  it('with the secret of the house are the named user’s, else the first admin’s', async () => {
    const secret = { 'x-webhook-secret': SECRET };
    const [admin] = await app.database.query<{ id: number }>(`select id from users where role = 'admin'`);
    await post({ data: { workouts: [workout()] } }, secret);
    expect(await entriesOf(admin!)).toHaveLength(1);
    const before = (await entriesOf(bea)).length;
    await post({ data: { workouts: [workout()] } }, { ...secret, 'x-timesheet-user': 'BEA' });
    expect(await entriesOf(bea)).toHaveLength(before + 1);
    const nobody = await post({ data: { workouts: [workout()] } }, { ...secret, 'x-timesheet-user': 'nobody' });
    expect(nobody).toMatchObject({ status: 422, body: { code: 'WEBHOOK.INVALID' } });
  });

  it.each([
    ['nothing', {}],
    ['a guess', { authorization: 'Bearer guessed' }],
    ['no bearer', { authorization: SECRET }],
    ['two that differ', { 'api-key': SECRET, authorization: 'Bearer guessed' }],
    ['an endless one', { 'api-key': 'x'.repeat(5000) }],
  ])('from somebody who shows %s are refused', async (_what, headers) => {
    const answer = await post({ data: { workouts: [workout()] } }, headers);
    expect(answer).toMatchObject({ status: 401, body: { code: 'AUTH.REQUIRED' } });
  });

  it('are one entry each, however often and together with which others they come', async () => {
    const [a, b, c] = [workout(), workout(), workout()];
    expect((await send(a, b)).body).toMatchObject({ new: 2, duplicates: 0 });
    expect((await send(b, c, c)).body).toMatchObject({ status: 'accepted', new: 1, duplicates: 2 });
    expect((await send(a, b, c)).body).toMatchObject({ status: 'duplicate', new: 0, duplicates: 3 });
  });

  it('at once are one entry, too', async () => {
    const body = workout();
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(body)));
    expect(answers.map(({ body }) => body.new).filter((created) => created === 1)).toHaveLength(1);
    expect(answers.map(({ body }) => body.duplicates).filter((known) => known === 1)).toHaveLength(19);
  });

  it('are known by their id when their times move, and by their times when they have none', async () => {
    const body = workout();
    await send(body);
    expect((await send({ ...body, end: '2026-05-01 23:00:00 +0200' })).body).toMatchObject({ status: 'duplicate' });
    expect((await send({ ...body, id: undefined })).body).toMatchObject({ status: 'duplicate' });
    expect((await send({ ...body, id: 'another' })).body).toMatchObject({ status: 'duplicate' });
  });

  it('that an export has brought in already are the same', async () => {
    const body = workout({ start: '2026-05-03 18:00:00 +0200', end: '2026-05-03 18:42:10 +0200' });
    const exported = healthImport(
      ana.id,
      {
        kind: 'workout',
        name: 'Running',
        category: 'Sport',
        startedAt: new Date('2026-05-03T16:00:00Z'),
        endedAt: new Date('2026-05-03T16:42:10Z'),
        offsetStartSeconds: 7200,
        offsetEndSeconds: 7200,
        timeZone: null,
        notes: null,
      },
      'UTC',
    );
    const author = { actor: { kind: 'user', id: String(ana.id) }, origin: null } as const;
    await app.transactions.run((tx) => app.get(TimeEntriesService).apply([exported], author, tx));
    expect((await send(body)).body).toMatchObject({ status: 'duplicate', new: 0, duplicates: 1 });
  });

  it('stay removed once their owner has removed them', async () => {
    const body = workout({ name: 'Hiking' });
    await send(body);
    const { id } = (await entriesOf(ana)).findLast(({ description }) => description === 'Hiking')!;
    const author = { actor: { kind: 'user', id: String(ana.id) }, origin: null } as const;
    await app.transactions.run((tx) => app.get(TimeEntriesService).apply([{ kind: 'delete', id }], author, tx));
    expect((await send(body)).body).toMatchObject({ status: 'duplicate' });
    const [row] = await app.database.query<{ deleted_at: Date | null }>(
      'select deleted_at from time_entries where id = $1',
      [id],
    );
    expect(row!.deleted_at).not.toBeNull();
  });

  it('of a kind nobody knows keep their name', async () => {
    await send(workout({ name: 'Bouldern' }));
    expect((await entriesOf(ana)).at(-1)).toMatchObject({ description: 'Bouldern', category: 'Sport' });
  });

  it('may come with what cannot be read, which is named', async () => {
    const answer = await send(workout(), workout({ end: '2026-01-01 00:00:00 +0200' }));
    expect(answer.body).toMatchObject({ new: 1, rejected: [{ workout: 2, reason: 'it ends before it starts' }] });
    const none = await send(workout({ start: null }));
    expect(none).toMatchObject({ status: 422, body: { code: 'WEBHOOK.INVALID' } });
  });

  it('are not in a body of metrics alone: nothing is done with it', async () => {
    const before = (await entriesOf(ana)).length;
    const answer = await post(
      { data: { metrics: [{ name: 'step_count', units: 'count', data: [{ date: '2026-05-01', qty: 9 }] }] } },
      bearer(ana),
    );
    expect(answer).toMatchObject({ status: 200, body: { status: 'ignored', new: 0 } });
    expect(await entriesOf(ana)).toHaveLength(before);
  });

  it('may come with nineteen megabytes of heart rates, but not with fifty of anything', async () => {
    const heartRateData = [{ note: 'x'.repeat(19 * MEGABYTE) }];
    expect(await send(workout({ heartRateData }))).toMatchObject({ status: 200, body: { new: 1 } });
    const large = post(`{"data":"${'x'.repeat(50 * MEGABYTE)}"}`, bearer(ana)).catch(() => ({ status: 413 }));
    expect(await large).toMatchObject({ status: 413 });
    const elsewhere = await post(`{"x":"${'x'.repeat(2 * MEGABYTE)}"}`, bearer(ana), '/webhooks/toggl').catch(() => ({
      status: 413,
    }));
    expect(elsewhere).toMatchObject({ status: 413 });
  });

  it('as CSV in a form are refused', async () => {
    const form = new FormData();
    form.append('file', new Blob(['a,b']), 'workouts.csv');
    const answer = await fetch(`${app.url}/webhooks/health`, { method: 'POST', headers: bearer(ana), body: form });
    expect(answer.status).toBe(415);
    await answer.body?.cancel();
  });

  it.each([
    ['no JSON', '{', 400],
    ['a list', '[]', 400],
    ['nothing', '', 400],
    ['something else', '{}', 422],
    ['a text with NUL', JSON.stringify({ data: { workouts: [workout({ name: 'a\0b' })] } }), 200],
  ])('that are %s answer %s with %i', async (_what, body, status) => {
    expect((await post(body, bearer(ana))).status).toBe(status);
  });
});
