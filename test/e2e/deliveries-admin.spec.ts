import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DeliveryWorld } from '../support/delivery-world.js';
import { addPerson } from '../support/people.js';
import { deliver, delivery, nextId, running, TOKENS } from '../support/webhooks.js';

interface Shown {
  id: number;
  status: string;
  externalId: string | null;
  error: string | null;
}

describe('/api-clockify/deliveries', () => {
  let world: DeliveryWorld;

  beforeAll(async () => {
    world = await DeliveryWorld.open();
  });

  afterAll(() => world.close());

  const admin = () => ({ authorization: world.app.secrets.secretToken.reveal() });
  const get = (path: string, headers: Record<string, string> = admin()) =>
    fetch(`${world.app.url}/api-clockify/deliveries${path}`, { headers });
  const list = async (path: string) => (await (await get(path)).json()) as Shown[];
  const replay = async (body: object, headers: Record<string, string> = admin()) => {
    const answer = await fetch(`${world.app.url}/api-clockify/deliveries/replay`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };

  it('are for administrators alone', async () => {
    const coordinator = await addPerson(world.app, 'coordinator', 'coordinator');
    const boss = await addPerson(world.app, 'boss', 'admin');
    expect((await get('', {})).status).toBe(401);
    expect((await get('', { authorization: TOKENS.start })).status).toBe(401);
    expect((await get('', { ...coordinator.bearer })).status).toBe(403);
    expect((await get('', { ...boss.bearer })).status).toBe(200);
    expect((await replay({ status: 'dead' }, { ...coordinator.bearer })).status).toBe(403);
  });

  it('are listed the latest first, by status, service and entry, in pages', async () => {
    const ids = Array.from({ length: 5 }, () => nextId());
    for (const id of ids) await world.send('start', running({ id }));
    await world.send('start', running({ id: ids[0], description: 'contradicts' }));
    await world.work();
    const [latest] = await list('/getAll?limit=1');
    expect(latest).toMatchObject({ status: 'conflict', externalId: ids[0], deliveryCount: 1, provider: 'clockify' });
    expect((await list(`?externalId=${ids[0]}`)).map(({ status }) => status)).toEqual(['conflict', 'done']);
    expect((await list('?status=conflict&provider=clockify')).length).toBe(1);
    expect(await list('?provider=toggl')).toEqual([]);
    const page = await get('?limit=2&status=done');
    const next = page.headers.get('x-next-cursor')!;
    expect(page.headers.get('link')).toContain('rel="next"');
    const first = (await page.json()) as Shown[];
    const second = await list(`?limit=2&status=done&cursor=${next}`);
    expect([...first, ...second].map(({ externalId }) => externalId)).toEqual(ids.toReversed().slice(0, 4));
    expect(JSON.stringify(first)).not.toContain('Planning');
  });

  it.each(['?status=lost', '?limit=0', '?cursor=x', '?unknown=1', '/getById/0', '/getById/x'])(
    'answer 400 to what cannot be asked: %s',
    async (path) => {
      expect((await get(path)).status).toBe(400);
    },
  );

  it('show the bytes that came: as text, or in base64 where they are none', async () => {
    const text = `${JSON.stringify(delivery({ description: 'Café ☕' }), null, 2)}\n`;
    const { body } = await deliver(world.app.url, 'manual', text);
    const shown = (await (await get(`/getById/${body.delivery}`)).json()) as Record<string, unknown>;
    expect(shown).toMatchObject({ encoding: 'text', body: text, headers: { 'content-type': 'application/json' } });
    await world.app.database.execute(`update deliveries set raw = '\\xff00fe' where id = $1`, [body.delivery]);
    expect(await (await get(`/getById/${body.delivery}`)).json()).toMatchObject({ encoding: 'base64', body: '/wD+' });
    expect((await get('/getById/999999')).status).toBe(404);
  });

  it('never show a token, even one that somebody has put into a body', async () => {
    const { body } = await deliver(world.app.url, 'manual', delivery({ signature: TOKENS.manual }));
    const text = await (await get(`/getById/${body.delivery}`)).text();
    expect(text).not.toContain(TOKENS.manual);
    expect(text).toContain('[redacted]');
  });

  describe('replay', () => {
    const mend = (id: number) =>
      world.app.database.execute(
        `update deliveries set raw = convert_to(replace(convert_from(raw, 'UTF8'), 'T12:00:00Z', 'T15:00:00Z'), 'UTF8')
         where id = $1`,
        [id],
      );
    const impossible = async (id: string): Promise<number> => {
      const body = delivery({ id, timeInterval: { end: '2026-07-20T12:00:00Z' } });
      const answer = await deliver(world.app.url, 'end', body);
      return (answer.body.details as { delivery: number }).delivery;
    };

    it('takes what was rejected once it can be read, and leaves what still cannot', async () => {
      const [mended, broken] = [nextId(), nextId()];
      const ids = [await impossible(mended), await impossible(broken)];
      await mend(ids[0]!);
      expect((await replay({ ids })).body).toEqual({ replayed: 1, rejected: 1, skipped: 0 });
      await world.work();
      expect(await world.sessionOf(mended)).toMatchObject({ ended_at: new Date('2026-07-20T15:00:00Z') });
      expect(await world.sessionOf(broken)).toBeUndefined();
      expect((await list(`?externalId=${mended}`))[0]).toMatchObject({ status: 'done', error: null });
    });

    it('leaves alone what the ledger was told, however it is named: an old edit must not undo a newer one', async () => {
      const id = nextId();
      await world.send('manual', delivery({ id }));
      const old = await world.send('edit', delivery({ id, description: 'old' }));
      await world.send('edit', delivery({ id, description: 'new' }));
      await world.work();
      const before = await world.historyOf((await world.sessionOf(id))!.id);
      const hour = { from: '2026-01-01T00:00:00Z', to: '2099-01-01T00:00:00Z' };
      for (const named of [{ ids: [old.delivery] }, { status: 'done' }, hour]) {
        const { status, body } = await replay(named);
        expect(status).toBe(200);
        expect(body.skipped).toBeGreaterThanOrEqual(1);
      }
      await world.work();
      expect((await world.sessionOf(id))!.description).toBe('new');
      expect(await world.historyOf((await world.sessionOf(id))!.id)).toEqual(before);
    });

    it('gives what was given up another five tries', async () => {
      const id = nextId();
      const { delivery: number } = await world.send('manual', delivery({ id }));
      await world.app.database.execute(`update deliveries set state = 'dead', attempts = 5 where id = $1`, [number]);
      expect(await world.work()).toBe(0);
      expect((await replay({ status: 'dead' })).body).toEqual({ replayed: 1, rejected: 0, skipped: 0 });
      expect((await replay({ status: 'dead' })).body).toEqual({ replayed: 0, rejected: 0, skipped: 0 });
      await world.work();
      expect((await list(`?externalId=${id}`))[0]).toMatchObject({ status: 'done', attempts: 1 });
    });

    it.each([{}, { ids: [] }, { ids: ['1'] }, { ids: [0] }, { status: 'lost' }, { from: 'yesterday' }, { all: true }])(
      'wants to be told which, and is 400 for %j',
      async (body) => {
        expect((await replay(body)).status).toBe(400);
      },
    );
  });
});
