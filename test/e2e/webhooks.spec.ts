import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/app.js';
import {
  deliver,
  delivery,
  EVENTS,
  EVENT_TYPES,
  nextId,
  running,
  TOKENS,
  TOKEN_ENV,
  WORKSPACE,
} from '../support/webhooks.js';

interface Row {
  id: number;
  event: string;
  state: string;
  delivery_count: number;
  external_id: string | null;
  workspace_id: string | null;
  raw: Buffer;
  headers: Record<string, string>;
  error: string | null;
}

describe('deliveries of Clockify', () => {
  let app: TestApp;

  beforeAll(async () => {
    // No worker: what is told to the ledger is another spec.
    app = await startTestApp({ env: { ...TOKEN_ENV, ROLE: 'api' } });
  });

  afterAll(() => app.close());

  const rowOf = async (id: number): Promise<Row> => {
    const [row] = await app.database.query<Row>('select * from deliveries where id = $1', [id]);
    return row!;
  };
  const rowsAbout = (externalId: string): Promise<Row[]> =>
    app.database.query<Row>('select * from deliveries where external_id = $1 order by id', [externalId]);

  it.each(EVENTS)('of the event %s are on disk, byte for byte, when they are answered', async (event) => {
    const text = ` ${JSON.stringify(delivery({ description: 'Ñandú 🕑' }), null, 3)}\n`;
    const answer = await deliver(app.url, event, text);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ status: 'accepted', message: expect.any(String), delivery: expect.any(Number) });
    const row = await rowOf(answer.body.delivery!);
    expect(row.raw.toString()).toBe(text);
    expect(row).toMatchObject({ event, state: 'pending', delivery_count: 1, workspace_id: WORKSPACE });
    expect(row.headers).toEqual({
      'clockify-webhook-event-type': EVENT_TYPES[event],
      'user-agent': 'Vert.x-WebClient/4.2.5',
      'content-type': 'application/json',
    });
  });

  it('arrive under the address older set-ups know as well', async () => {
    const answer = await deliver(app.url, 'start', running(), { path: '/api-clockify/webhook/start/' });
    expect(answer).toMatchObject({ status: 200, body: { status: 'accepted' } });
  });

  it.each(EVENTS)('go by their header at the address for all events: %s', async (event) => {
    const { body } = await deliver(app.url, event, delivery(), { path: '/webhook/clockify' });
    expect((await rowOf(body.delivery!)).event).toBe(event);
  });

  it('of a kind nobody knows are kept and ignored, with any of the tokens', async () => {
    for (const event of EVENTS) {
      const answer = await deliver(
        app.url,
        event,
        { id: nextId(), name: 'A project' },
        {
          path: '/webhook/clockify',
          headers: { 'clockify-webhook-event-type': 'NEW_PROJECT' },
        },
      );
      expect(answer).toMatchObject({ status: 200, body: { status: 'ignored' } });
      expect(await rowOf(answer.body.delivery!)).toMatchObject({ event: 'NEW_PROJECT', state: 'ignored' });
    }
  });

  it('need their own token at the address for all events, too', async () => {
    const answer = await deliver(app.url, 'end', delivery(), {
      path: '/webhook/clockify',
      headers: { 'clockify-signature': TOKENS.start },
    });
    expect(answer.status).toBe(401);
  });

  it.each([
    ['start', 'start'],
    ['manual', 'manual'],
    ['start', 'manual'],
    ['end', 'end'],
    ['delete', 'delete'],
  ] as const)('that say the same again are counted, not kept twice: %s, then %s', async (first, second) => {
    const body = delivery();
    const accepted = await deliver(app.url, first, body);
    const again = await deliver(app.url, second, { ...body, kioskId: 'moves by itself' });
    expect(accepted.body.status).toBe('accepted');
    expect(again).toMatchObject({ status: 200, body: { status: 'duplicate', delivery: accepted.body.delivery } });
    expect((await rowsAbout(body.id as string)).map((row) => row.delivery_count)).toEqual([2]);
  });

  it('that repeat a birth with another content are conflicts: the first one is kept as it was', async () => {
    const body = running();
    const accepted = await deliver(app.url, 'start', body);
    const other = { ...body, description: 'Something else' };
    const conflict = await deliver(app.url, 'start', other);
    expect(conflict).toMatchObject({ status: 200, body: { status: 'conflict' } });
    const again = await deliver(app.url, 'manual', other);
    expect(again.body).toEqual(conflict.body);
    expect((await deliver(app.url, 'start', body)).body).toMatchObject({ status: 'duplicate' });
    const rows = await rowsAbout(body.id as string);
    expect(rows.map(({ id, state, delivery_count: count }) => [id, state, count])).toEqual([
      [accepted.body.delivery, 'pending', 2],
      [conflict.body.delivery, 'conflict', 2],
    ]);
  });

  it('with the same tags in another order say the same', async () => {
    const tags = [{ name: 'a' }, { name: 'b' }];
    const body = delivery({ tags });
    await deliver(app.url, 'manual', body);
    expect((await deliver(app.url, 'manual', { ...body, tags: tags.toReversed() })).body.status).toBe('duplicate');
    expect((await deliver(app.url, 'manual', { ...body, tags: ['b', 'a'] })).body.status).toBe('duplicate');
  });

  it('that end an entry again at another time are for the ledger to judge', async () => {
    const body = delivery();
    await deliver(app.url, 'end', body);
    const later = { ...body, timeInterval: { ...(body.timeInterval as object), end: '2026-07-20T15:00:00Z' } };
    expect((await deliver(app.url, 'end', later)).body.status).toBe('accepted');
    expect((await rowsAbout(body.id as string)).map((row) => row.state)).toEqual(['pending', 'pending']);
  });

  it('that edit are each kept: from A to B and back to A are three changes', async () => {
    const a = delivery();
    const b = { ...a, description: 'B' };
    for (const body of [a, b, a]) expect((await deliver(app.url, 'edit', body)).body.status).toBe('accepted');
    expect(await rowsAbout(a.id as string)).toHaveLength(3);
  });

  it('of one entry in two workspaces are two entries', async () => {
    const body = delivery();
    await deliver(app.url, 'start', body);
    const elsewhere = await deliver(app.url, 'start', { ...body, workspaceId: '64a687e29ae1f428e7ebe304' });
    expect(elsewhere.body.status).toBe('accepted');
  });

  it('arriving at once are accepted once, and each copy is told so', async () => {
    const body = running();
    const answers = await Promise.all(Array.from({ length: 40 }, () => deliver(app.url, 'start', body)));
    const statuses = answers.map(({ body: { status } }) => status);
    expect(statuses.filter((status) => status === 'accepted')).toHaveLength(1);
    expect(statuses.filter((status) => status === 'duplicate')).toHaveLength(39);
    expect((await rowsAbout(body.id as string)).map((row) => row.delivery_count)).toEqual([40]);
  });

  it('contradicting each other at once have one winner', async () => {
    const body = running();
    const bodies = Array.from({ length: 30 }, (_, index) => ({ ...body, description: `Version ${index % 3}` }));
    const answers = await Promise.all(bodies.map((one) => deliver(app.url, 'start', one)));
    const counts = Map.groupBy(answers, (answer) => answer.body.status);
    expect([...counts].map(([status, { length }]) => `${status} ${length}`).toSorted()).toEqual([
      'accepted 1',
      'conflict 20',
      'duplicate 9',
    ]);
    expect((await rowsAbout(body.id as string)).map((row) => row.delivery_count)).toEqual([10, 10, 10]);
  });

  it.each([
    ['a missing user', { user: undefined }, 'user is missing'],
    ['a user without a name', { user: { id: 'x' } }, 'user.name is missing'],
    ['no workspace', { workspaceId: undefined }, 'workspaceId is missing'],
    ['a number for an id', { id: 5 }, 'id must be string'],
    ['text for billable', { billable: 'false' }, 'billable must be boolean'],
    ['an end before the start', { timeInterval: { end: '2026-07-20T12:59:59Z' } }, 'timeInterval.end is before'],
    ['an end without a time', { timeInterval: { end: null } }, 'timeInterval.end is missing'],
    ['30 February', { timeInterval: { start: '2026-02-30T13:00:00Z' } }, 'timeInterval.start is not a possible'],
    ['a time without a zone', { timeInterval: { start: '2026-07-20T13:00:00' } }, 'timeInterval.start is not RFC 3339'],
    ['a NUL', { description: 'a\0b' }, 'NUL'],
  ])('that are genuine and say what cannot be are 422, and kept as rejected: %s', async (_what, changes, reason) => {
    const body = delivery(changes);
    const answer = await deliver(app.url, 'end', body);
    expect(answer).toMatchObject({ status: 422, body: { code: 'WEBHOOK.INVALID' } });
    expect(answer.body.message).toContain(reason);
    const { delivery: id } = answer.body.details as { delivery: number };
    const row = await rowOf(id);
    expect(row).toMatchObject({ state: 'rejected', event: 'end', error: answer.body.message });
    expect(row.raw.toString()).toBe(JSON.stringify(body));
    expect((await deliver(app.url, 'end', body)).status).toBe(422);
    expect((await rowOf(id)).delivery_count).toBe(2);
  });

  it.each([
    ['no project and no task', { projectId: null, project: null, task: null }],
    ['no tags at all', { tags: null }],
    ['tags as texts', { tags: ['a', 'b'] }],
    ['no description', { description: null }],
    ['a zone nobody knows', { timeInterval: { timeZone: 'Mars/Olympus' } }],
    ['no zone', { timeInterval: { timeZone: undefined, offsetStart: undefined, offsetEnd: undefined } }],
    ['fields nobody has heard of', { newThing: { deep: [1, 2] }, role: 'admin', version: 7 }],
  ])('are taken as Clockify has been seen to send them: %s', async (_what, changes) => {
    expect((await deliver(app.url, 'manual', delivery(changes as Record<string, unknown>))).status).toBe(200);
  });

  it('at addresses there are not are 404', async () => {
    expect((await deliver(app.url, 'start', running(), { path: '/webhook/clockify/pause' })).status).toBe(404);
    expect((await deliver(app.url, 'start', running(), { path: '/webhook/nobody/start' })).status).toBe(404);
    expect((await deliver(app.url, 'start', running(), { path: '/webhook/zoho' })).status).toBe(404);
  });
});

describe('an installation for certain workspaces', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp({ env: { ...TOKEN_ENV, ROLE: 'api', CLOCKIFY_WORKSPACE_ID: WORKSPACE } });
  });

  afterAll(() => app.close());

  it('refuses deliveries of others, and keeps them', async () => {
    expect((await deliver(app.url, 'start', running())).status).toBe(200);
    const foreign = await deliver(app.url, 'start', running({ workspaceId: '64a687e29ae1f428e7ebe304' }));
    expect(foreign).toMatchObject({ status: 422, body: { code: 'WEBHOOK.INVALID' } });
    const states = await app.database.query<{ state: string }>('select state from deliveries order by id');
    expect(states.map(({ state }) => state)).toEqual(['pending', 'rejected']);
  });
});

describe('while a token is replaced', () => {
  it('both are good, and afterwards the old one is not', async () => {
    const replacing = 'newWq3vT8ZpL1xNc5RbY7dHs2GmJ4fQa';
    const both = await startTestApp({
      env: { ...TOKEN_ENV, CLOCKIFY_SECRET_TOKEN_START: `${TOKENS.start},${replacing}` },
    });
    const statusWith = async (app: TestApp, token: string) =>
      (await deliver(app.url, 'start', running(), { headers: { 'clockify-signature': token } })).status;
    expect([await statusWith(both, TOKENS.start), await statusWith(both, replacing)]).toEqual([200, 200]);
    expect(await statusWith(both, `${TOKENS.start},${replacing}`)).toBe(401);
    await both.close();
    const afterwards = await startTestApp({ env: { ...TOKEN_ENV, CLOCKIFY_SECRET_TOKEN_START: replacing } });
    expect([await statusWith(afterwards, TOKENS.start), await statusWith(afterwards, replacing)]).toEqual([401, 200]);
    await afterwards.close();
  });
});
