import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ReplayService } from '../../src/webhooks/replay.service.js';
import { bearer, PHONE_SECRET, PhoneWorld, workout } from '../support/phones.js';
import { sendRaw } from '../support/raw-http.js';

const MEGABYTE = 1024 * 1024;

describe('deliveries of phones', () => {
  let world: PhoneWorld;

  beforeAll(async () => {
    world = await PhoneWorld.open();
  });

  afterAll(() => world.close());

  it('become entries of whoever owns the token, in whichever header it stands', async () => {
    const before = (await world.entriesOf(world.bea)).length;
    const headers: Record<string, string>[] = [
      bearer(world.bea),
      { 'api-key': world.bea.token },
      { 'x-webhook-secret': world.bea.token },
    ];
    for (const one of headers) {
      const answer = await world.post({ data: { workouts: [workout()] } }, one, '/api/webhooks/health/');
      expect(answer).toMatchObject({ status: 200, body: { status: 'accepted', workouts: 1, rejected: [] } });
    }
    expect(await world.entriesOf(world.bea)).toHaveLength(before);
    await world.work();
    const entries = await world.entriesOf(world.bea);
    expect(entries).toHaveLength(before + 3);
    expect(entries.at(-1)).toMatchObject({
      source: 'apple_health',
      workspace_id: `user:${world.bea.id}`,
      description: 'Outdoor Run',
      category: 'Sport',
      is_billable: false,
      integration_id: null,
      review_status: 'approved',
    });
    expect(await world.app.database.query('select from pushes')).toEqual([]);
  });

  it('with the secret of the house are the named user’s, else the first admin’s', async () => {
    const secret = { 'x-webhook-secret': PHONE_SECRET };
    const [admin] = await world.app.database.query<{ id: number }>(`select id from users where role = 'admin'`);
    await world.post({ data: { workouts: [workout()] } }, secret);
    await world.work();
    expect(await world.entriesOf(admin!)).toHaveLength(1);
    const before = (await world.entriesOf(world.bea)).length;
    await world.post({ data: { workouts: [workout()] } }, { ...secret, 'x-timesheet-user': 'BEA' });
    await world.work();
    expect(await world.entriesOf(world.bea)).toHaveLength(before + 1);
    const nobody = await world.post({ data: { workouts: [workout()] } }, { ...secret, 'x-timesheet-user': 'nobody' });
    expect(nobody).toMatchObject({ status: 422, body: { code: 'WEBHOOK.INVALID' } });
  });

  it.each([
    ['nothing', {}],
    ['a guess', { authorization: 'Bearer guessed' }],
    ['no bearer', { authorization: PHONE_SECRET }],
    ['two that differ', { 'api-key': PHONE_SECRET, authorization: 'Bearer guessed' }],
    ['an endless one', { 'api-key': 'x'.repeat(5000) }],
  ])('from somebody who shows %s are refused', async (_what, headers) => {
    const answer = await world.post({ data: { workouts: [workout()] } }, headers);
    expect(answer).toMatchObject({ status: 401, body: { code: 'AUTH.REQUIRED' } });
  });

  it.each(['/webhooks/health', '/webhook/clockify/start', '/webhooks/toggl'])(
    'a stranger at %s is refused before the body is read',
    async (path) => {
      const head = ['Host: x', 'Content-Type: application/json', `Content-Length: ${19 * MEGABYTE}`, '', ''];
      const answer = await sendRaw(world.app.url, [`POST ${path} HTTP/1.1`, ...head].join('\r\n'));
      expect(answer).toMatchObject({ status: 401, closed: true });
    },
  );

  it('a stranger is told of in the error log, and so is a user nobody knows', async () => {
    const codes = async () =>
      (
        await world.app.database.query<{ code: string }>('select code from error_log where endpoint = $1', [
          'webhook/apple_health',
        ])
      ).map(({ code }) => code);
    await expect.poll(codes).toEqual(expect.arrayContaining(['WEBHOOK.UNAUTHORIZED', 'WEBHOOK.INVALID']));
  });

  it('are kept byte for byte, and shown to nobody', async () => {
    const body = JSON.stringify({ data: { workouts: [workout()] } }, null, 3);
    const { body: answer } = await world.post(body, bearer(world.ana));
    const [row] = await world.app.database.query<{ raw: Buffer; state: string; workspace_id: string }>(
      'select raw, state, workspace_id from deliveries where id = $1',
      [answer.delivery],
    );
    expect(row).toMatchObject({ state: 'pending', workspace_id: `user:${world.ana.id}` });
    expect(row!.raw.toString()).toBe(body);
    const shown = await fetch(`${world.app.url}/api-clockify/deliveries/getById/${answer.delivery}`, {
      headers: { authorization: world.app.secrets.secretToken.reveal() },
    });
    expect(await shown.json()).toMatchObject({
      provider: 'apple_health',
      event: 'workouts',
      encoding: 'withheld',
      body: '',
    });
    await world.work();
  });

  it('in the very same bytes are one delivery', async () => {
    const body = workout();
    const answers = await Promise.all(Array.from({ length: 20 }, () => world.send(body)));
    const count = (status: string) => answers.filter((answer) => answer.body.status === status).length;
    expect([count('accepted'), count('duplicate')]).toEqual([1, 19]);
    expect(new Set(answers.map((answer) => answer.body.delivery)).size).toBe(1);
    expect(await world.told(answers[0]!)).toMatchObject({ new: 1 });
    const [row] = await world.app.database.query<{ noted: number; count: number }>(
      'select noted_count as noted, delivery_count as count from deliveries where id = $1',
      [answers[0]!.body.delivery],
    );
    expect(row).toEqual({ noted: 20, count: 20 });
    const noise = `select from error_log where code like 'SESSION.%' and detail ->> 'provider' = 'apple_health'`;
    expect(await world.app.database.query(noise)).toEqual([]);
  });

  it('of which none can be read are kept, told of in the error log, and can be tried again', async () => {
    const none = await world.send(workout({ start: null }));
    const kept = (none.body as { details?: { delivery: number } }).details!.delivery;
    expect(none).toMatchObject({ status: 422, body: { code: 'WEBHOOK.INVALID' } });
    await world.work();
    const state = async () =>
      (
        await world.app.database.query<{ state: string }>('select state, workspace_id from deliveries where id = $1', [
          kept,
        ])
      )[0];
    expect(await state()).toEqual({ state: 'rejected', workspace_id: `user:${world.ana.id}` });
    const noted = await world.app.database.query<{ message: string; status: number }>(
      `select message from error_log where detail ->> 'delivery' = $1`,
      [String(kept)],
    );
    expect(noted).toEqual([{ message: 'None of the workouts can be read; workout 1: its start is no possible time' }]);
    const replay = () => world.app.get(ReplayService).replay({ ids: [kept] });
    expect(await replay()).toEqual({ replayed: 0, rejected: 1, skipped: 0 });
    // As if its reading had been mended.
    const mended = JSON.stringify({ data: { workouts: [workout()] } });
    await world.app.database.execute('update deliveries set raw = $2 where id = $1', [kept, Buffer.from(mended)]);
    expect(await replay()).toEqual({ replayed: 1, rejected: 0, skipped: 0 });
    await world.work();
    expect(await state()).toEqual({ state: 'done', workspace_id: `user:${world.ana.id}` });
  });

  it('may come with nineteen megabytes of heart rates, but not with fifty of anything', async () => {
    const heartRateData = [{ note: 'x'.repeat(19 * MEGABYTE) }];
    const answer = await world.send(workout({ heartRateData }));
    expect(answer).toMatchObject({ status: 200, body: { status: 'accepted' } });
    expect(await world.told(answer)).toMatchObject({ new: 1 });
    const large = world
      .post(`{"data":"${'x'.repeat(50 * MEGABYTE)}"}`, bearer(world.ana))
      .catch(() => ({ status: 413 }));
    expect(await large).toMatchObject({ status: 413 });
    const signed = { 'x-webhook-signature-256': `sha256=${'0'.repeat(64)}` };
    const elsewhere = world.post(`{"x":"${'x'.repeat(2 * MEGABYTE)}"}`, signed, '/webhooks/toggl').catch(() => ({
      status: 413,
    }));
    expect(await elsewhere).toMatchObject({ status: 413 });
  });

  it('as CSV in a form are refused', async () => {
    const form = new FormData();
    form.append('file', new Blob(['a,b']), 'workouts.csv');
    const answer = await fetch(`${world.app.url}/webhooks/health`, {
      method: 'POST',
      headers: bearer(world.ana),
      body: form,
    });
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
    expect((await world.post(body, bearer(world.ana))).status).toBe(status);
  });
});
