import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, TogglApp, type Tracker } from '../support/toggl.js';

let world: TogglApp;
let ana: Tracker;

beforeAll(async () => {
  world = await TogglApp.start();
  ana = await world.addTracker('ana');
});

afterAll(() => world.close());

describe('a session that lives at a service', () => {
  it('is changed there by whoever changes it here, and moves only to a project the service has', async () => {
    const [first, second] = await world.addProjects(ana, 'First', 'Second');
    const log = await world.addLog(ana, {
      task: 'Landing page',
      project_id: first,
      start: at('07:00:00'),
      end: at('08:00:00'),
    });
    const secret = { authorization: world.app.secrets.secretToken.reveal() };
    const update = (body: object) => world.call(null, 'PUT', `/api-clockify/sessions/update/${log.id}`, body, secret);
    expect(await update({ idProject: '999999' })).toMatchObject({
      status: 422,
      body: { code: 'SESSION.UNKNOWN_PROJECT' },
    });
    const [row] = await world.app.database.query<{ external_id: string }>(
      'select external_id from projects where id = $1',
      [second],
    );
    expect((await update({ idProject: row!.external_id, description: 'Start page' })).status).toBe(200);
    await world.deliver();
    expect(world.there(ana)).toMatchObject([{ description: 'Start page', projectId: BigInt(row!.external_id) }]);
    expect(await world.getLog(ana, log.id)).toMatchObject({ project_id: second, task: 'Start page' });
    const removed = await world.call(null, 'DELETE', `/api-clockify/sessions/delete/${log.id}`, undefined, secret);
    expect(removed.status).toBe(200);
    await world.deliver();
    expect(world.there(ana)).toEqual([]);
  });
});
