import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PeopleService } from '../../src/users/people.service.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { addPerson, type Person } from '../support/people.js';

const ACCOUNT = '5a0ab5acb07987125438b60f';

describe('a session that is created while somebody claims its person', () => {
  let app: TestApp;
  let ana: Person;
  let placeholder: number;

  beforeAll(async () => {
    app = await startTestApp({ env: { ROLE: 'api' } });
    ana = await addPerson(app, 'ana');
    const people = app.get(PeopleService);
    const said = [{ accountId: ACCOUNT, name: 'Ana', status: 'ACTIVE' }];
    const owners = await app.transactions.run((tx) => people.ensure('clockify', said, tx));
    placeholder = owners.get(ACCOUNT)!;
  });

  afterAll(() => app.close());

  it('is the claimant’s: either the claim finds it, or it finds the claim', async () => {
    let answer: Promise<Response> | undefined;
    await app.transactions.run(async (tx) => {
      expect(await app.get(PeopleService).claim('clockify', ACCOUNT, ana.id, tx)).toBe(placeholder);
      answer = fetch(`${app.url}/api-clockify/sessions/create`, {
        method: 'POST',
        headers: { authorization: app.secrets.secretToken.reveal(), 'content-type': 'application/json' },
        body: JSON.stringify({
          external_sesion_id: '64c777ddd3fcab07cfbb210c',
          description: 'Entered',
          idUser: placeholder,
          idProject: '',
          projectName: 'Internal',
          idWorkspace: '64a687e29ae1f428e7ebe303',
          workspaceName: 'ActionTracker',
          idTask: '',
          taskName: 'Roadmap',
          startDate: '2026-07-20T08:00:00Z',
          endDate: '2026-07-20T09:00:00Z',
        }),
      });
      // It waits for the claim: were it answered now, it would be nobody's for good.
      expect(await Promise.race([answer, sleep(500)])).toBeUndefined();
    });
    expect((await answer!).status).toBe(201);
    const entries = await app.database.query('select user_id from time_entries');
    expect(entries).toEqual([{ user_id: ana.id }]);
  });
});
