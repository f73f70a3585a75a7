import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FixedClock } from '../../src/common/clock.js';
import { ReportSchedule } from '../../src/reports/report-schedule.js';
import { ReportWorker } from '../../src/reports/report-worker.js';
import { MailApp } from '../support/mail.js';
import { addPerson, type Person } from '../support/people.js';
import { readWorkbook, rowsOf, secondsIn, work } from '../support/report-world.js';

const SECRET = 'a-secret-of-the-report-runs-test-0123456789';
const clock = new FixedClock(new Date('2026-11-20T12:00:00Z'));

interface Run {
  id: number;
  kind: string;
  origin: string;
  idUser: number;
  startDate: string;
  status: string;
  mail: { state: string; recipients: { address: string; state: string }[] } | null;
}

let world: MailApp;
let ana: Person;
let berta: Person;

beforeAll(async () => {
  world = await MailApp.start({
    clock,
    env: {
      SECRET_TOKEN: SECRET,
      MAIL_RECIPIENT: 'coordinacion@empresa.com',
      REPORT_DOMAINS: 'empresa.com',
      REPORT_TIME_ZONE: 'Europe/Madrid',
    },
  });
  ana = await addPerson(world.app, 'ana');
  berta = await addPerson(world.app, 'berta');
  await world.app.database.execute(`update users set email = 'ana@empresa.com' where id = $1`, [ana.id]);
  await work(world.app, ana.id, [
    { startedAt: new Date('2026-11-16T08:00:00Z'), endedAt: new Date('2026-11-16T10:00:00Z') },
    { startedAt: new Date('2026-11-09T08:00:00Z'), endedAt: new Date('2026-11-09T09:00:00Z') },
    { startedAt: new Date('2026-10-05T08:00:00Z'), endedAt: new Date('2026-10-05T09:00:00Z') },
  ]);
});

afterAll(() => world.close());

beforeEach(async () => {
  await world.app.database.execute('delete from report_runs');
  await world.app.database.execute('delete from report_schedules');
  await world.app.database.execute('delete from mail_recipients');
  await world.app.database.execute('delete from mail_outbox');
  world.smtp.messages.length = 0;
  clock.set(new Date('2026-11-20T12:00:00Z'));
});

const call = (method: string, path: string, body?: object) =>
  fetch(`${world.app.url}${path}`, {
    method,
    headers: { authorization: SECRET, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
const report = (path: string, body: object) => call('POST', `/api-clockify/session-report/${path}`, body);
const runs = async (query = '') =>
  (await (await call('GET', `/api-clockify/session-report/runs${query}`)).json()) as Run[];
const tick = () => world.app.get(ReportSchedule).run();
const make = () => world.app.get(ReportWorker).makeDue();

describe('the report of one user', () => {
  const request = (changes: object = {}) => ({
    idUser: ana.id,
    startDate: '2026-11-16',
    endDate: '2026-11-22',
    emailToSend: 'gerencia@empresa.com',
    ...changes,
  });

  it('is answered as a workbook and mailed to that address alone', async () => {
    const answer = await report('user', request());
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('spreadsheetml');
    const answered = Buffer.from(await answer.arrayBuffer());
    await world.deliver();
    expect(world.smtp.messages).toHaveLength(1);
    const [message] = world.smtp.messages;
    expect(message!.to).toEqual(['gerencia@empresa.com']);
    expect(message!.raw).toContain('Reporte personalizado Clockify - ana');
    expect(message!.raw.replaceAll('\r\n', '')).toContain(answered.toString('base64'));
    const sheet = (await readWorkbook(answered as unknown as ArrayBuffer)).getWorksheet('Sessions')!;
    expect(secondsIn(rowsOf(sheet).at(-1)![11])).toBe(7200);
    const [run] = await runs();
    expect(run).toMatchObject({ kind: 'user', status: 'done', mail: { state: 'done' } });
    expect(answer.headers.get('x-report-run')).toBe(String(run!.id));
  });

  it('has an older address, too', async () => {
    const answer = await call('POST', '/sessions/api-clockify/reports/user', request());
    expect(answer.status).toBe(200);
    expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(1000);
  });

  it.each([
    ['a list of addresses', { emailToSend: 'a@empresa.com, evil@empresa.com' }, 400],
    ['a second header', { emailToSend: 'a@empresa.com\r\nBcc: e@empresa.com' }, 400],
    ['an array', { emailToSend: ['a@empresa.com'] }, 400],
    ['a name before it', { emailToSend: '"x" <a@empresa.com>' }, 400],
    ['another domain', { emailToSend: 'a@example.com' }, 422],
    ['a domain that only ends like one', { emailToSend: 'a@evilempresa.com' }, 422],
    ['an unknown user', { idUser: 999_999 }, 404],
    ['no sessions', { startDate: '2020-01-01', endDate: '2020-01-02' }, 404],
    ['an impossible day', { startDate: '2026-02-30' }, 422],
    ['a range turned around', { startDate: '2026-11-23' }, 422],
    ['fifty years', { startDate: '1976-11-23' }, 422],
    ['no user', { idUser: undefined }, 400],
    ['no address', { emailToSend: undefined }, 400],
    ['an unknown field', { cc: 'a@empresa.com' }, 400],
  ])('refuses %s and writes nothing', async (_what, changes, status) => {
    const answer = await report('user', request(changes));
    expect(answer.status).toBe(status);
    expect(await runs()).toEqual([]);
    await world.deliver();
    expect(world.smtp.messages).toEqual([]);
  });

  it('can be sent again as it was, also to somebody else', async () => {
    await (await report('user', request())).arrayBuffer();
    const [run] = await runs();
    expect((await report(`runs/${run!.id}/resend`, {})).status).toBe(200);
    expect((await report(`runs/${run!.id}/resend`, { emailToSend: 'otra@empresa.com' })).status).toBe(200);
    await world.deliver();
    expect(world.smtp.messages.map(({ to }) => to)).toEqual([
      ['gerencia@empresa.com'],
      ['gerencia@empresa.com'],
      ['otra@empresa.com'],
    ]);
    expect((await report('runs/999999/resend', {})).status).toBe(404);
    expect((await report(`runs/${run!.id}/resend`, { emailToSend: 'a@example.com' })).status).toBe(422);
  });
});

describe('reports for everybody', () => {
  it('are made for those who worked, one mail each to them and the coordination', async () => {
    const answer = await report('sendAllReports', { type: 'weekly', month: 7, start_date: '2026-11-16' });
    expect(await answer.json()).toMatchObject({ message: 'weekly report sent (test mode)', runs: 1 });
    expect(await make()).toBe(1);
    await world.deliver();
    expect(world.smtp.messages.map(({ to }) => to)).toEqual([['ana@empresa.com', 'coordinacion@empresa.com']]);
    expect((await runs()).map(({ idUser, origin }) => [idUser, origin])).toEqual([[ana.id, 'request']]);
  });

  it('are asked for once, however often, until they are made', async () => {
    await Promise.all(
      Array.from({ length: 5 }, () => report('sendAllReports', { type: 'monthly', month: 11, year: 2026 })),
    );
    expect(await runs()).toHaveLength(1);
    await make();
    await report('sendAllReports', { type: 'monthly', month: 11, year: 2026 });
    expect(await runs()).toHaveLength(2);
  });

  it('go to nobody who does not want to be told', async () => {
    await world.app.database.execute('update users set is_notified = false where id = $1', [ana.id]);
    await report('sendAllReports', { type: 'weekly', start_date: '2026-11-16' });
    await world.app.database.execute('update users set is_notified = true where id = $1', [ana.id]);
    expect(await runs()).toEqual([]);
  });

  it('have an older address, too', async () => {
    const answer = await call('POST', '/api-clockify/session-binnacle/reports/sendAllReports', {
      type: 'monthly',
      month: 10,
    });
    expect(await answer.json()).toMatchObject({ message: 'monthly report sent (test mode)' });
  });

  it.each([
    { type: 'daily' },
    { type: 'monthly', month: 0 },
    { type: 'monthly', month: 13 },
    { type: 'monthly', month: '7' },
    { type: 'monthly', month: 7, year: 1 },
    { type: 'monthly', month: 7, year: 9999 },
    { type: 'weekly', start_date: '2026-02-30' },
  ])('refuse %j', async (body) => {
    expect((await report('sendAllReports', body)).status).toBe(422);
    expect(await runs()).toEqual([]);
  });
});

describe('reports by the clock', () => {
  it('begin with the period that ends next, and come once', async () => {
    await tick();
    expect(await runs()).toEqual([]);
    clock.set(new Date('2026-11-23T05:59:59Z'));
    await tick();
    expect(await runs()).toEqual([]);
    clock.set(new Date('2026-11-23T06:00:00Z'));
    await Promise.all([tick(), tick(), tick()]);
    await tick();
    expect((await runs()).map(({ kind, startDate, idUser }) => [kind, startDate, idUser])).toEqual([
      ['weekly', '2026-11-16', ana.id],
    ]);
  });

  it('are made up once each after an absence, and not for older ones than thirty-one', async () => {
    clock.set(new Date('2026-10-10T12:00:00Z'));
    await tick();
    clock.set(new Date('2026-12-02T12:00:00Z'));
    await tick();
    await tick();
    expect((await runs()).map(({ kind, startDate }) => `${kind} ${startDate}`).sort()).toEqual([
      'monthly 2026-10-01',
      'monthly 2026-11-01',
      'weekly 2026-10-05',
      'weekly 2026-11-09',
      'weekly 2026-11-16',
    ]);
  });

  it('do not collide with one that was asked for', async () => {
    await tick();
    await report('sendAllReports', { type: 'weekly', start_date: '2026-11-16' });
    clock.set(new Date('2026-11-23T07:00:00Z'));
    await tick();
    expect((await runs()).map(({ origin }) => origin).sort()).toEqual(['request', 'schedule']);
    await make();
    await world.deliver();
    expect(world.smtp.messages).toHaveLength(2);
  });

  it('are not undone by a clock that is put back', async () => {
    clock.set(new Date('2026-11-23T07:00:00Z'));
    await tick();
    clock.set(new Date('2026-11-09T07:00:00Z'));
    await tick();
    clock.set(new Date('2026-11-23T07:00:00Z'));
    await tick();
    expect(await runs()).toEqual([]);
  });

  it('are pages of a bare array', async () => {
    await report('sendAllReports', { type: 'weekly', start_date: '2026-11-16' });
    await report('sendAllReports', { type: 'weekly', start_date: '2026-11-09' });
    const answer = await call('GET', '/api-clockify/session-report/runs?limit=1');
    expect(answer.headers.get('link')).toContain('rel="next"');
    const cursor = answer.headers.get('x-next-cursor')!;
    const [newest] = (await answer.json()) as Run[];
    const [older] = await runs(`?limit=1&cursor=${cursor}`);
    expect(newest!.id).toBeGreaterThan(older!.id);
    expect(await runs('?status=failed')).toEqual([]);
  });

  it('tell what could not be made, and make it again when asked', async () => {
    await report('sendAllReports', { type: 'weekly', start_date: '2026-11-16' });
    await world.app.database.execute(`update report_runs set time_zone = 'No/Where'`);
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      await make();
      await world.app.database.execute(`update report_runs set next_at = now() - interval '1 second'`);
    }
    const [failed] = await runs();
    expect(failed).toMatchObject({
      status: 'failed',
      attempts: 5,
      error: expect.stringContaining('No/Where') as string,
    });
    await world.app.database.execute(`update report_runs set time_zone = 'UTC'`);
    expect(await (await report(`runs/${failed!.id}/resend`, {})).json()).toMatchObject({ status: 'queued' });
    await make();
    expect((await runs())[0]).toMatchObject({ status: 'done' });
  });

  it('find nothing to say about nobody', async () => {
    expect(berta.id).toBeGreaterThan(0);
    await report('sendAllReports', { type: 'weekly', start_date: '2026-01-05' });
    expect(await runs()).toEqual([]);
  });
});
