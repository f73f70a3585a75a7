import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeBigJson } from '../../simulators/support/big-json.js';
import { Secret } from '../../src/common/secret.js';
import { WebhookSecretsService } from '../../src/integrations/webhook-secrets.service.js';
import { DeliveryWorker } from '../../src/webhooks/delivery-worker.js';
import { addPerson } from '../support/people.js';
import { TogglApp, type Tracker } from '../support/toggl.js';
import {
  deliverToggl,
  nextEventId,
  SECRET,
  signatureOf,
  STOPPED,
  SUBSCRIPTION,
  togglEntry,
  togglEvent,
} from '../support/toggl-webhooks.js';

const KNOWN = {
  secret: 'PGuRrhCFajIyEvFlreKL',
  body: '{"event_id":0,"created_at":"2022-06-25T03:58:10.207820267Z","creator_id":6,"metadata":{"request_type":"POST","event_user_id":6},"payload":"ping","subscription_id":6,"timestamp":"2022-06-25T03:58:10.207820267Z","url_callback":"https://callback-url.com"}',
  signature: 'sha256=bf829606cda0ca6923defb5ca70a43135adc7e8887486a201a19cb50ca6006b1',
};

interface Row {
  id: number;
  description: string;
  user_id: number;
  integration_id: number;
  project_name: string | null;
  is_running: boolean;
  ended_at: Date | null;
  deleted_at: Date | null;
  review_status: string;
}

describe('deliveries of Toggl', () => {
  let world: TogglApp;
  let ana: Tracker;

  beforeAll(async () => {
    world = await TogglApp.start({ env: { TOGGL_WEBHOOK_SECRET: SECRET, ROLE: 'api' } });
    ana = await world.addTracker('ana');
  });

  afterAll(() => world.close());

  const url = () => world.app.url;
  const work = () => world.app.get(DeliveryWorker).processDue();
  const count = async (table: string): Promise<number> => {
    const [row] = await world.app.database.query<{ count: number }>(`select count(*)::int as count from ${table}`);
    return row!.count;
  };
  const rowOf = async (externalId: number | bigint): Promise<Row | undefined> => {
    const rows = await world.app.database.query<Row>('select * from time_entries where external_id = $1', [
      String(externalId),
    ]);
    expect(rows.length).toBeLessThanOrEqual(1);
    return rows[0];
  };
  const deliveriesOf = (externalId: number) =>
    world.app.database.query<{ id: number; state: string; is_late: boolean; delivery_count: number; error: string }>(
      'select * from deliveries where external_id = $1 order by id',
      [String(externalId)],
    );
  const entryOf = (person: Tracker, changes: Record<string, unknown> = {}) =>
    togglEntry({
      user_id: person.toggl.id,
      uid: person.toggl.id,
      workspace_id: person.toggl.defaultWorkspaceId,
      wid: person.toggl.defaultWorkspaceId,
      ...changes,
    });

  describe('are believed only with the right signature over the very bytes', () => {
    it('as the published example shows, under both addresses', async () => {
      await world.app
        .get(WebhookSecretsService)
        .keep(
          { provider: 'toggl', workspaceId: '1', externalId: '6', event: null, url: 'https://example.com' },
          new Secret(KNOWN.secret),
        );
      expect(signatureOf(KNOWN.body, KNOWN.secret)).toBe(KNOWN.signature);
      for (const path of ['/webhooks/toggl', '/api/webhooks/toggl', '/webhooks/toggl/']) {
        const headers = { 'x-webhook-signature-256': KNOWN.signature };
        expect(await deliverToggl(url(), KNOWN.body, { path, headers })).toEqual({ status: 200, body: {} });
      }
    });

    it('not when the JSON was written anew', async () => {
      const text = '{"event_id":1, "payload":"ping", "subscription_id":10713, "note":"\\u00e9"}';
      const signature = { 'x-webhook-signature-256': signatureOf(text) };
      expect((await deliverToggl(url(), text, { headers: signature })).status).toBe(200);
      const again = [JSON.stringify(JSON.parse(text)), text.replace('\\u00e9', 'é'), `${text}\n`];
      for (const body of again) {
        expect((await deliverToggl(url(), body, { headers: signature })).status).toBe(401);
      }
    });

    const hex = (body: string): string => signatureOf(body).slice('sha256='.length);
    it.each([
      ['one byte of the body changed', (body: string) => signatureOf(body.replace('test', 'tesu'))],
      ['no prefix', hex],
      ['upper case', (body: string) => `sha256=${hex(body).toUpperCase()}`],
      ['base64', (body: string) => `sha256=${Buffer.from(hex(body), 'hex').toString('base64')}`],
      ['63 digits', (body: string) => signatureOf(body).slice(0, -1)],
      ['65 digits', (body: string) => `${signatureOf(body)}0`],
      ['another algorithm named', (body: string) => `sha1=${hex(body)}`],
      ['another secret', (body: string) => signatureOf(body, 'guessed')],
      ['nothing', () => ''],
    ])('not with %s, and nothing is kept', async (_what, signature) => {
      const entry = entryOf(ana);
      const body = writeBigJson(togglEvent({ payload: entry }));
      const answer = await deliverToggl(url(), body, { headers: { 'x-webhook-signature-256': signature(body) } });
      expect(answer).toMatchObject({ status: 401, body: { code: 'AUTH.REQUIRED' } });
      expect(await deliveriesOf(entry.id)).toEqual([]);
    });

    it('by the secret of their own subscription alone', async () => {
      const foreign = togglEvent({ payload: entryOf(ana), subscriptionId: 6 });
      expect((await deliverToggl(url(), foreign)).status).toBe(401);
      expect((await deliverToggl(url(), foreign, { secret: KNOWN.secret })).status).toBe(200);
      const ours = togglEvent({ payload: entryOf(ana) });
      expect((await deliverToggl(url(), ours, { secret: KNOWN.secret })).status).toBe(401);
    });

    it('not compressed', async () => {
      const answer = await deliverToggl(url(), togglEvent({ payload: entryOf(ana) }), {
        headers: { 'content-encoding': 'gzip' },
      });
      expect(answer.status).toBe(415);
    });
  });

  it('that only ask whether somebody is there are answered with their code, each time, and leave no session', async () => {
    const ping = {
      event_id: 0,
      metadata: { request_type: 'POST', event_user_id: 1 },
      payload: 'ping',
      subscription_id: SUBSCRIPTION,
      validation_code: '89627dd73f2044f2f73815d665bbce33',
    };
    await work();
    const before = [await count('time_entries'), await count('deliveries')];
    for (let time = 1; time <= 2; time += 1) {
      expect(await deliverToggl(url(), ping)).toEqual({
        status: 200,
        body: { validation_code: '89627dd73f2044f2f73815d665bbce33' },
      });
    }
    await work();
    expect([await count('time_entries'), await count('deliveries')]).toEqual(before);
  });

  it('start, change, end and remove the entry of whoever has connected the account', async () => {
    const entry = entryOf(ana);
    await deliverToggl(url(), togglEvent({ payload: entry }));
    await work();
    expect(await rowOf(entry.id)).toMatchObject({
      user_id: ana.id,
      integration_id: ana.integrationId,
      description: 'test',
      is_running: true,
      review_status: 'approved',
    });
    await deliverToggl(url(), togglEvent({ action: 'updated', payload: { ...entry, ...STOPPED } }));
    await work();
    expect(await rowOf(entry.id)).toMatchObject({ is_running: false, ended_at: new Date(STOPPED.stop) });
    const removed = { ...entry, ...STOPPED, at: '2026-03-02T08:55:00Z' };
    await deliverToggl(url(), togglEvent({ action: 'deleted', payload: removed }));
    await work();
    expect((await rowOf(entry.id))!.deleted_at).not.toBeNull();
  });

  it('know a removal by the entry itself as well', async () => {
    const entry = entryOf(ana, { ...STOPPED, server_deleted_at: '2026-03-02T08:51:00Z' });
    await deliverToggl(url(), togglEvent({ action: 'updated', payload: entry }));
    await work();
    expect((await rowOf(entry.id))!.deleted_at).not.toBeNull();
  });

  it('name the project as we know it', async () => {
    const [projectId] = await world.addProjects(ana, 'Website');
    const [project] = await world.app.database.query<{ external_id: string }>(
      'select external_id from projects where id = $1',
      [projectId],
    );
    const entry = entryOf(ana, { project_id: Number(project!.external_id) });
    await deliverToggl(url(), togglEvent({ payload: entry }));
    await work();
    expect(await rowOf(entry.id)).toMatchObject({ project_name: 'Website' });
  });

  it('are one delivery under one number, a thousand times over, with one word of it and no mail', async () => {
    const entry = entryOf(ana);
    const event = togglEvent({ payload: entry });
    const answers = await Promise.all(Array.from({ length: 1000 }, () => deliverToggl(url(), event)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(answers.filter(({ body }) => body.status === 'accepted')).toHaveLength(1);
    await work();
    const [delivery] = await deliveriesOf(entry.id);
    expect(delivery).toMatchObject({ state: 'done', delivery_count: 1000 });
    const [row] = await world.app.database.query<{ notes: number; lines: number; mails: number }>(
      `select (select count(*)::int from error_log where detail ->> 'externalId' = $1) as notes,
         (select count(*)::int from sessions_binnacle b join time_entries t on t.id = b.entry_id where t.external_id = $1) as lines,
         (select count(*)::int from mail_outbox m where m::text like '%' || $1 || '%') as mails`,
      [String(entry.id)],
    );
    expect(row).toEqual({ notes: 1, lines: 1, mails: 0 });
  });

  it.each([
    ['long ago', '2026-03-02T08:54:59Z', true],
    ['in the future', '2026-03-02T10:00:00Z', true],
    ['just now', '2026-03-02T08:59:00Z', false],
  ])('sent %s are stored, and flagged as late where they are', async (_when, timestamp, isLate) => {
    const entry = entryOf(ana);
    const answer = await deliverToggl(url(), togglEvent({ payload: entry, timestamp }));
    expect(answer).toMatchObject({ status: 200, body: { status: 'accepted' } });
    await work();
    expect(await deliveriesOf(entry.id)).toMatchObject([{ state: 'done', is_late: isLate }]);
    expect(await rowOf(entry.id)).toMatchObject({ is_running: true });
  });

  it('that are older than what is known change nothing, however late they come', async () => {
    const entry = entryOf(ana);
    await deliverToggl(url(), togglEvent({ action: 'updated', payload: { ...entry, ...STOPPED, description: 'new' } }));
    await work();
    await deliverToggl(url(), togglEvent({ payload: entry, timestamp: '2026-03-02T08:00:00Z' }));
    await work();
    expect(await rowOf(entry.id)).toMatchObject({ description: 'new', is_running: false });
    expect((await deliveriesOf(entry.id)).map(({ state }) => state)).toEqual(['done', 'done']);
  });

  it('of an account nobody has connected wait, and are applied when somebody connects it', async () => {
    const person = await addPerson(world.app, 'bea');
    const toggl = world.toggl.addUser({ fullname: 'Toggl of bea' });
    const entry = entryOf({ ...person, toggl, integrationId: 0 });
    await deliverToggl(url(), togglEvent({ action: 'updated', payload: { ...entry, ...STOPPED } }));
    await deliverToggl(url(), togglEvent({ payload: entry }));
    await work();
    expect(await rowOf(entry.id)).toBeUndefined();
    expect((await deliveriesOf(entry.id)).map(({ state }) => state)).toEqual(['unmatched', 'unmatched']);
    const { body } = await world.connect(person, toggl);
    await work();
    expect(await rowOf(entry.id)).toMatchObject({
      user_id: person.id,
      integration_id: body.result.id,
      is_running: false,
    });
    expect((await deliveriesOf(entry.id)).map(({ state }) => state)).toEqual(['done', 'done']);
  });

  it('about something else are kept and ignored', async () => {
    const event = togglEvent({ model: 'project', payload: { id: 7, workspace_id: 1 } });
    expect((await deliverToggl(url(), event)).body).toMatchObject({ status: 'ignored' });
  });

  it.each([
    ['no version', { at: null }, 'payload.at is missing'],
    ['an end before its start', { ...STOPPED, stop: '2026-03-02T08:00:00Z' }, 'payload.stop is before payload.start'],
    ['no start', { start: null }, 'a time is missing or not RFC 3339'],
  ])('with %s are kept as rejected', async (_what, changes, message) => {
    const entry = entryOf(ana, changes);
    const answer = await deliverToggl(url(), togglEvent({ payload: entry, eventId: nextEventId() }));
    expect(answer).toMatchObject({ status: 422, body: { code: 'WEBHOOK.INVALID' } });
    expect(await deliveriesOf(entry.id)).toMatchObject([{ state: 'rejected', error: message }]);
  });

  it('have no address for a single event, and Clockify’s are not Toggl’s', async () => {
    expect((await deliverToggl(url(), {}, { path: '/webhooks/toggl/start' })).status).toBe(404);
  });
});
