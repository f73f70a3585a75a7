import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { headerOf } from '../../simulators/smtp/simulator.js';
import { MailService } from '../../src/mail/mail.service.js';
import { MailApp } from '../support/mail.js';

const BOSS = 'boss@example.com';
const ANA = 'ana@example.com';
const BEA = 'bea@example.com';

describe('mail while the server has its troubles', () => {
  let mail: MailApp;

  beforeAll(async () => {
    mail = await MailApp.start();
  });

  afterEach(() => mail.reset());
  afterAll(() => mail.close());

  const subjectsFor = (address: string) =>
    mail.smtp.copiesFor(address).map((message) => headerOf(message.raw, 'Subject')[0]);

  it('waits while the server is away, and then all of it arrives once and in order, with all its tries', async () => {
    await mail.smtp.stop();
    const people = [ANA, BEA, 'eva@example.com'];
    const probes: string[] = [];
    for (let index = 0; index < 210; index++) {
      await mail.write([BOSS, people[index % 3]]);
      if (index % 50 === 0) probes.push(await mail.deliver());
    }
    expect(probes).toEqual(Array.from({ length: 5 }, () => 'away'));
    expect(await mail.app.database.query('select distinct state, attempts from mail_outbox')).toEqual([
      { state: 'pending', attempts: 0 },
    ]);
    expect(await mail.errorCodes()).toEqual(['MAIL.SERVER_UNAVAILABLE']);

    await mail.smtp.start();
    const before = mail.smtp.connections;
    expect(await mail.deliver()).toBe('idle');
    expect(mail.smtp.messages.length).toBe(210);
    expect(new Set(mail.smtp.messages.map(({ messageId }) => messageId)).size).toBe(210);
    expect(mail.smtp.connections - before).toBe(1);
    for (const address of [BOSS, ...people]) {
      const numbers = subjectsFor(address).map((subject) => Number(subject!.slice('Mail '.length)));
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      expect(numbers.length).toBe(address === BOSS ? 210 : 70);
    }
    expect(await mail.app.database.query('select distinct state, attempts from mail_outbox')).toEqual([
      { state: 'done', attempts: 1 },
    ]);
  });

  it.each([
    ['greets with 421', { stage: 'connect', action: { code: 421 } }],
    ['greets with 554', { stage: 'connect', action: { code: 554 } }],
    ['hangs up before greeting', { stage: 'connect', action: 'drop' }],
    ['never greets', { stage: 'connect', action: 'black-hole' }],
    ['wants no sender now', { stage: 'mail', action: { code: 451 } }],
    ['does not know the sender', { stage: 'mail', action: { code: 550 } }],
    ['closes at the sender', { stage: 'mail', action: { code: 421 } }],
    ['demands a login at the recipient', { stage: 'rcpt', times: 2, action: { code: 530 } }],
  ] as const)('uses up no try when it %s', async (_name, fault) => {
    mail.smtp.faults.add(fault);
    await mail.write([BOSS, ANA]);
    await mail.write([BEA]);
    expect(await mail.deliver()).toBe('away');
    const [first, second] = await mail.stored();
    expect(first).toMatchObject({ state: 'pending', attempts: 0, last_error: expect.any(String) as string });
    expect(second).toMatchObject({ state: 'pending', attempts: 0, last_error: null });
    expect(await mail.deliver()).toBe('idle');
    expect([subjectsFor(BOSS).length, subjectsFor(ANA).length, subjectsFor(BEA).length]).toEqual([1, 1, 1]);
  });

  it('tries a recipient again that is grey-listed, and only that one', async () => {
    mail.smtp.faults.add({ stage: 'rcpt', recipient: ANA, times: 2, action: { code: 450, text: 'greylisted' } });
    await mail.write([BOSS, ANA]);
    for (const [attempts, wait] of [
      [1, 5],
      [2, 10],
    ]) {
      expect(await mail.deliver()).toBe('idle');
      expect(await mail.stored()).toMatchObject([
        { state: 'pending', attempts, wait, recipients: { [BOSS]: 'accepted', [ANA]: 'pending' } },
      ]);
      expect((await mail.stored())[0]!.last_error).toContain('greylisted');
      await mail.skipWaits();
    }
    await mail.deliver();
    expect(await mail.stored()).toMatchObject([{ state: 'done', attempts: 3 }]);
    expect(mail.smtp.messages.map(({ to }) => to)).toEqual([[BOSS], [ANA]]);
    const [first, second] = mail.smtp.messages;
    expect(first!.messageId).toBe(second!.messageId);
    expect(headerOf(first!.raw, 'To')).toEqual(headerOf(second!.raw, 'To'));
    expect(await mail.errorCodes()).toEqual([]);
  });

  it('fails a recipient at once that does not exist, and no other', async () => {
    mail.smtp.faults.add({ stage: 'rcpt', recipient: ANA, times: 9, action: { code: 550, text: 'no such user' } });
    await mail.write([BOSS, ANA]);
    await mail.deliver();
    await mail.skipWaits();
    expect(await mail.deliver()).toBe('idle');
    expect(await mail.stored()).toMatchObject([
      { state: 'failed', attempts: 1, recipients: { [BOSS]: 'accepted', [ANA]: 'refused' } },
    ]);
    expect(mail.smtp.messages.length).toBe(1);
    expect(await mail.errorCodes()).toEqual(['MAIL.RECIPIENT_REFUSED']);
  });

  it('does not send again to whom took it when another recipient was only to be had after a login', async () => {
    mail.smtp.faults.add({ stage: 'rcpt', recipient: ANA, action: { code: 530 } });
    await mail.write([BOSS, ANA]);
    expect(await mail.deliver()).toBe('idle');
    expect(await mail.stored()).toMatchObject([
      { state: 'pending', attempts: 1, recipients: { [BOSS]: 'accepted', [ANA]: 'pending' } },
    ]);
  });

  it('keeps who was refused in mind while another recipient is tried again', async () => {
    mail.smtp.faults.add({ stage: 'rcpt', recipient: ANA, action: { code: 550 } });
    mail.smtp.faults.add({ stage: 'rcpt', recipient: BEA, action: { code: 450 } });
    await mail.write([ANA, BEA]);
    await mail.deliver();
    expect(await mail.stored()).toMatchObject([
      { state: 'pending', recipients: { [ANA]: 'refused', [BEA]: 'pending' } },
    ]);
    await mail.skipWaits();
    await mail.deliver();
    expect(await mail.stored()).toMatchObject([
      { state: 'failed', recipients: { [ANA]: 'refused', [BEA]: 'accepted' } },
    ]);
    expect(mail.smtp.messages.map(({ to }) => to)).toEqual([[BEA]]);
  });

  it('refuses everybody at once when the message itself is refused', async () => {
    mail.smtp.faults.add({ stage: 'data', action: { code: 554, text: 'looks like spam' } });
    await mail.write([BOSS, ANA]);
    expect(await mail.deliver()).toBe('idle');
    expect(await mail.stored()).toMatchObject([
      { state: 'failed', attempts: 1, recipients: { [BOSS]: 'refused', [ANA]: 'refused' } },
    ]);
  });

  it.each([
    ['451 at the end', { stage: 'data', action: { code: 451 } }],
    ['421 at the end', { stage: 'data', action: { code: 421 } }],
    ['421 at the recipient', { stage: 'rcpt', action: { code: 421 } }],
    ['a connection that breaks at the sender', { stage: 'mail', action: 'drop' }],
    ['a connection that breaks at the end', { stage: 'data', action: 'drop' }],
    ['silence at the end', { stage: 'data', action: 'black-hole' }],
  ] as const)('tries again after %s, and it arrives once', async (_name, fault) => {
    mail.smtp.faults.add(fault);
    await mail.write([BOSS, ANA]);
    await mail.write([BEA]);
    expect(await mail.deliver()).toBe('idle');
    expect(await mail.stored()).toMatchObject([{ state: 'pending', attempts: 1 }, { state: 'done' }]);
    await mail.skipWaits();
    await mail.deliver();
    expect(await mail.stored()).toMatchObject([{ state: 'done', attempts: 2 }, { state: 'done' }]);
    expect([subjectsFor(BOSS).length, subjectsFor(ANA).length, subjectsFor(BEA).length]).toEqual([1, 1, 1]);
  });

  it('uses up no try when a server hangs up on a client that had nothing to say for a while', async () => {
    mail.smtp.faults.add({ stage: 'mail', after: 1, action: 'drop' });
    await mail.write([BOSS]);
    await mail.write([BOSS]);
    expect(await mail.deliver()).toBe('idle');
    expect(await mail.stored()).toMatchObject([
      { state: 'done', attempts: 1 },
      { state: 'done', attempts: 1 },
    ]);
    expect(mail.smtp.messages.length).toBe(2);
  });

  it('may send a copy when the confirmation is lost, under the same Message-ID', async () => {
    mail.smtp.faults.add({ stage: 'data', action: 'take-then-drop' });
    await mail.write([BOSS]);
    await mail.deliver();
    await mail.skipWaits();
    await mail.deliver();
    expect(mail.smtp.messages.length).toBe(2);
    expect(new Set(mail.smtp.messages.map(({ messageId }) => messageId)).size).toBe(1);
    expect(await mail.stored()).toMatchObject([{ state: 'done', attempts: 2 }]);
  });

  it('believes a confirmation although the connection breaks after it', async () => {
    mail.smtp.faults.add({ stage: 'data', action: 'confirm-then-drop' });
    await mail.write([BOSS]);
    await mail.write([BOSS]);
    expect(await mail.deliver()).toBe('idle');
    expect(subjectsFor(BOSS).length).toBe(2);
    expect(await mail.stored()).toMatchObject([
      { state: 'done', attempts: 1 },
      { state: 'done', attempts: 1 },
    ]);
  });

  it('gives up after its tries, keeps the mail, and sends it when told to, to whom does not have it', async () => {
    mail.smtp.faults.add({ stage: 'rcpt', recipient: ANA, times: 3, action: { code: 451 } });
    mail.smtp.faults.add({ stage: 'rcpt', recipient: BEA, times: 1, action: { code: 550 } });
    await mail.write([BOSS, ANA, BEA]);
    for (let round = 0; round < 5; round++) {
      await mail.deliver();
      await mail.skipWaits();
    }
    expect(await mail.stored()).toMatchObject([
      { state: 'failed', attempts: 3, recipients: { [BOSS]: 'accepted', [ANA]: 'pending', [BEA]: 'refused' } },
    ]);
    expect(await mail.errorCodes()).toEqual(['MAIL.RECIPIENT_REFUSED', 'MAIL.GIVEN_UP']);
    const metrics = await (await fetch(`${mail.app.url}/metrics`)).text();
    expect(metrics).toContain('timesheet_mails{state="failed"} 1');

    expect(await mail.app.get(MailService).redrive()).toBe(1);
    await mail.deliver();
    expect(await mail.stored()).toMatchObject([{ state: 'done', attempts: 1 }]);
    expect(mail.smtp.messages.map(({ to }) => to)).toEqual([[BOSS], [ANA, BEA]]);
  });

  it('leaves the sending to the process that has begun with it', async () => {
    await mail.write([BOSS]);
    await mail.app.database.execute(
      `insert into leases (name, token, lease_until) values ('mail', gen_random_uuid(), now() + interval '1 minute')`,
    );
    expect(await mail.deliver()).toBe('idle');
    expect(mail.smtp.messages).toEqual([]);
    await mail.app.database.execute(`delete from leases where name = 'mail'`);
    await mail.deliver();
    expect(mail.smtp.messages.length).toBe(1);
  });

  it('lets no mail overtake one that another worker has', async () => {
    await mail.write([BOSS]);
    await mail.write([BOSS]);
    const service = mail.app.get(MailService);
    const first = (await service.claim(60))!;
    expect(await mail.deliver()).toBe('idle');
    expect(mail.smtp.messages).toEqual([]);
    await service.release(first, 'died');
    await mail.deliver();
    expect(
      subjectsFor(BOSS)
        .map((subject) => subject!.slice(5))
        .map(Number),
    ).toSatisfy(([one, two]: number[]) => one! < two!);
  });

  it('does not let a worker speak for a mail that was taken over', async () => {
    await mail.write([BOSS]);
    const service = mail.app.get(MailService);
    const slow = (await service.claim(0.01))!;
    await new Promise((resolve) => setTimeout(resolve, 30));
    const second = (await service.claim(60))!;
    expect(second).toMatchObject({ id: slow.id, previousState: 'sending' });
    const done = {
      state: 'done' as const,
      results: [{ address: BOSS, verdict: 'accepted' as const, reason: null }],
      usesTry: true,
      delaySeconds: 0,
      lastError: null,
    };
    expect(await service.renew(slow, 60)).toBe(false);
    expect(await service.release(slow, 'late')).toBe(false);
    expect(await service.settle(slow, done)).toBe(false);
    expect(await mail.stored()).toMatchObject([{ state: 'sending', recipients: { [BOSS]: 'pending' } }]);
    expect(await service.settle(second, done)).toBe(true);
    expect(await mail.stored()).toMatchObject([{ state: 'done', recipients: { [BOSS]: 'accepted' } }]);
  });
});
