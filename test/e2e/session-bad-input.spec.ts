import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AdminApp, SEED_SESSION } from '../support/admin.js';
import { addPerson, type Person } from '../support/people.js';
import { countRows } from '../support/rows.js';

let world: AdminApp;
let ana: Person;
let id: number;

beforeAll(async () => {
  world = await AdminApp.start({ env: { ROLE: 'api' } });
  ana = await addPerson(world.app, 'ana');
  id = await world.createSession({ idUser: ana.id });
});

afterAll(() => world.close());

/** Refused with this status, by naming what is wrong; nothing is written. */
async function expectRefused(method: string, path: string, body: unknown, status: number, word: string): Promise<void> {
  const before = [await countRows(world.app), await world.get(`/sessions/getById/${id}`)];
  const answer = await world.call(method, path, body);
  expect([answer.status, answer.body.message]).toEqual([status, expect.stringContaining(word) as string]);
  expect(answer.body.error).toBe(answer.body.message);
  expect([await countRows(world.app), await world.get(`/sessions/getById/${id}`)]).toEqual(before);
}

const expectNoCreate = (fields: object, status: number, word: string) =>
  expectRefused('POST', '/sessions/create', { ...SEED_SESSION, idUser: ana.id, ...fields }, status, word);
const expectNoUpdate = (fields: object, status: number, word: string) =>
  expectRefused('PUT', `/sessions/update/${id}`, fields, status, word);

const REQUIRED = [
  'external_sesion_id',
  'description',
  'idUser',
  'idProject',
  'projectName',
  'idWorkspace',
  'workspaceName',
  'idTask',
  'taskName',
  'startDate',
];

describe('a session that cannot be', () => {
  it.each(REQUIRED)('for want of %s is refused', (field) => expectNoCreate({ [field]: undefined }, 400, field));

  it.each(REQUIRED)('because %s is null is refused, also in a change', async (field) => {
    await expectNoCreate({ [field]: null }, 400, field);
    await expectNoUpdate({ [field]: null }, 400, field);
  });

  it.each([
    ['startDate', '2026-02-30T08:00:00Z', 422],
    ['startDate', '2026-07-20T25:00:00Z', 422],
    ['startDate', '300000-01-01T00:00:00Z', 400],
    ['startDate', '0000-01-01T00:00:00Z', 422],
    ['startDate', -1, 422],
    ['startDate', 1752566400000, 422],
    ['startDate', '1752566400', 400],
    ['startDate', '2026', 400],
    ['startDate', '2026-W10', 400],
    ['startDate', '2026-07-20T08:00:00', 400],
    ['startDate', 'infinity', 400],
    ['endDate', '2025-07-15T07:59:59Z', 422],
    ['endDate', '2025-09-15T08:00:00Z', 422],
    ['endDate', '', 400],
    ['endDate', true, 400],
    ['duration', 'PT1H', 422],
    ['duration', 'PT-2H', 422],
    ['duration', 'P1000Y', 422],
    ['duration', 'two hours', 422],
    ['duration', 7200, 400],
    ['timeZone', 'Mars/X', 422],
    ['timeZone', '../../etc', 422],
    ['timeZone', 'UTC+25', 422],
    ['timeZone', 'x'.repeat(10_000), 400],
    ['offsetStart', 3600, 422],
    ['offsetEnd', 0, 422],
    ['offsetStart', '-18000', 400],
    ['offsetStart', 0.5, 400],
    ['currentlyRunning', true, 422],
    ['currentlyRunning', 'false', 400],
    ['currentlyRunning', 0, 400],
    ['tags', 'deep', 400],
    ['tags', [1], 400],
    ['description', 7, 400],
    ['description', 'x'.repeat(3001), 400],
    ['description', '\u0000', 400],
  ])('because of its %s, %j, is refused with %d', async (field, value, status) => {
    // A text with a NUL is refused before anybody looks at the fields.
    const word = value === '\u0000' ? '' : field;
    await expectNoCreate({ [field]: value }, status, word);
    await expectNoUpdate({ [field]: value }, status, word);
  });

  it.each([
    ['external_sesion_id', ''],
    ['external_sesion_id', 'x'.repeat(256)],
    ['idWorkspace', ''],
    ['idUser', 0],
    ['idUser', -1],
    ['idUser', 1.5],
    ['idUser', 2 ** 53],
    ['idUser', '42'],
  ])('because of its %s, %j, is refused', (field, value) => expectNoCreate({ [field]: value }, 400, field));

  it('is nobody’s when its user does not exist', () => expectNoCreate({ idUser: 999_999 }, 422, 'idUser'));

  it('ends or runs', async () => {
    await expectNoCreate({ endDate: null, duration: null, offsetEnd: null }, 422, 'endDate');
    await expectNoCreate({ endDate: null, offsetEnd: null, currentlyRunning: true }, 422, 'duration');
    await expectNoCreate({ endDate: null, duration: null, currentlyRunning: true }, 422, 'offsetEnd');
    await expectNoCreate(
      { startDate: '2026-07-21T08:00:00Z', endDate: null, duration: null, offsetEnd: null, currentlyRunning: true },
      422,
      'startDate',
    );
  });

  it.each(['id', 'idSesion', 'status', 'overtime', 'enable', 'updatingQuantity', 'createdAt', 'version', 'isAdmin'])(
    'may not say %s: that is for the ledger to decide',
    async (field) => {
      await expectNoCreate({ [field]: 1 }, 400, field);
      await expectNoUpdate({ [field]: 1 }, 400, field);
    },
  );

  it.each(['idUser', 'idWorkspace', 'external_sesion_id', 'userId', 'integration_id'])(
    'cannot be made another’s by a change of %s',
    (field) => expectNoUpdate({ [field]: 'x' }, 400, field),
  );
});

describe('an id that is none', () => {
  it.each(['0', '-1', '1.5', '1e3', '0x10', '%EF%BC%91', '9007199254740993', 'undefined', 'null', '9'.repeat(200)])(
    'of %s is refused wherever a path takes one',
    async (text) => {
      for (const [method, path] of [
        ['GET', '/sessions/getById/'],
        ['GET', '/sessions/getByUser/'],
        ['PUT', '/sessions/update/'],
        ['DELETE', '/sessions/delete/'],
        ['GET', '/session-binnacle/getById/'],
        ['GET', '/session-binnacle/getByIdSession/'],
      ] as const) {
        await expectRefused(method, path + text, method === 'PUT' ? {} : undefined, 400, 'id');
      }
    },
  );

  it('names nothing: 404', async () => {
    for (const [method, path] of [
      ['GET', '/sessions/getById/999999'],
      ['PUT', '/sessions/update/999999'],
      ['DELETE', '/sessions/delete/999999'],
    ] as const) {
      await expectRefused(method, path, method === 'PUT' ? { description: 'x' } : undefined, 404, 'no such session');
    }
    expect((await world.call('DELETE', '/sessions/delete/')).status).toBe(404);
  });
});

describe('texts of any kind', () => {
  it.each(["'; drop table time_entries; --", '1) or 1=1', '$1', '\\', '%_', '👩‍💻 é', '<script>'])(
    'such as %j are kept literally',
    async (text) => {
      const created = await world.createSession({ idUser: ana.id, description: text, projectName: text, tags: [text] });
      expect(await world.get(`/sessions/getById/${created}`)).toMatchObject({
        description: text,
        projectName: text,
        tags: [text],
      });
    },
  );
});
