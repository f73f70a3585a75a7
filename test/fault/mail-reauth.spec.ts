import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headerOf, SmtpSimulator } from '../../simulators/smtp/simulator.js';
import { IntegrationsService } from '../../src/integrations/integrations.service.js';
import { MailWorker } from '../../src/mail/mail-worker.js';
import { mailEnv } from '../support/mail.js';
import { at, TogglApp, type Tracker } from '../support/toggl.js';

const BOSS = 'boss@example.com';
const EMAIL = 'ana@example.com';
const REFUSAL = { status: 403, body: '"Incorrect username and/or password"' };

describe('a service that refuses the credentials', () => {
  const smtp = new SmtpSimulator();
  let world: TogglApp;
  let ana: Tracker;

  beforeAll(async () => {
    await smtp.start();
    const env = { ...mailEnv(smtp), MAIL_RECIPIENTS: BOSS, MAIL_LOCALE: 'es' };
    world = await TogglApp.start({ env });
    ana = await world.addTracker('ana');
    await world.app.database.execute('update users set email = $1, name = $2 where id = $3', [
      EMAIL,
      'Ana <b>López</b>',
      ana.id,
    ]);
  });

  afterAll(async () => {
    await world.close();
    await smtp.stop();
  });

  const state = async () => {
    const [row] = await world.app.database.query<{ state: string }>('select state from integrations where id = $1', [
      ana.integrationId,
    ]);
    return row!.state;
  };

  async function write(task: string): Promise<void> {
    const times = { start: at('07:00:00'), end: at('08:00:00') };
    await world.addLog(ana, { task, integration_id: ana.integrationId, ...times }, '');
    await world.deliver();
  }

  async function revokeAndWrite(): Promise<void> {
    world.toggl.faults.add({ path: /time_entries/, times: Infinity, action: REFUSAL });
    await write('Refused');
    expect(await state()).toBe('needs_reauth');
    world.toggl.faults.clear();
  }

  async function reconnect(): Promise<void> {
    const body = { id: ana.integrationId, credentials: { api_token: ana.toggl.token } };
    const answer = await world.call(ana, 'PUT', '/v1/resources/integrations', body);
    expect(answer.status).toBe(200);
    expect(await state()).toBe('connected');
  }

  it('is told to the owner and to whom watches, once each time it starts', async () => {
    await revokeAndWrite();
    await write('Also refused');
    const open = await world.app.get(MailWorker).deliverDue();
    expect(open).toBe('idle');
    expect(smtp.messages.map(({ to }) => to.sort())).toEqual([[EMAIL, BOSS]]);
    const { raw } = smtp.messages[0]!;
    expect(headerOf(raw, 'Content-Language')).toEqual(['es']);
    expect(raw).toContain('&lt;b&gt;');

    await reconnect();
    await world.deliver();
    await revokeAndWrite();
    await world.app.get(MailWorker).deliverDue();
    expect(smtp.messages).toHaveLength(2);
    expect(new Set(smtp.messages.map(({ messageId }) => messageId)).size).toBe(2);
  });

  it('is told once when many calls are refused at the same moment', async () => {
    await reconnect();
    smtp.messages.length = 0;
    const integrations = world.app.get(IntegrationsService);
    const { integration } = (await integrations.open(ana.integrationId))!;
    await Promise.all(Array.from({ length: 8 }, () => integrations.needsReauth(integration, 'revoked')));
    await world.app.get(MailWorker).deliverDue();
    expect(smtp.messages).toHaveLength(1);
  });
});
