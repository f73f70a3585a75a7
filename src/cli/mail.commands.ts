import { randomUUID } from 'node:crypto';
import { isEmailAddress } from '../common/email-address.js';
import { SystemClock } from '../common/clock.js';
import { readConfig } from '../config/env.js';
import { renderLetter } from '../mail/letter-template.js';
import { MailModule } from '../mail/mail.module.js';
import { MailService } from '../mail/mail.service.js';
import { SmtpSession } from '../mail/smtp-session.js';
import { testLetter } from '../mail/test-letter.js';
import { UsageError, type Command } from './command.js';
import { withServices } from './context.js';

const TIMEOUTS = { openMilliseconds: 15_000, sendMilliseconds: 120_000 };

export const MAIL_TEST: Command = {
  words: 'mail test',
  summary: 'sends one mail with the settings in force and tells what the server said',
  parameters: ['address'],
  options: {},
  help: ['Needs neither the database nor the running app. What was taken may still end in the spam folder.'],
  async run({ parameters: [address = ''], env, terminal }) {
    if (!isEmailAddress(address)) throw new UsageError('The address must be one plain email address.');
    const { smtp, locale } = readConfig(env).mail;
    if (smtp === undefined) throw new Error('MAIL_SERVER is not set, so no mail is written or sent. See .env.example.');
    const { host, port, useTls, login, sender } = smtp;
    const secrecy = useTls ? 'with TLS' : 'without TLS';
    terminal.write(`${host}:${port} ${secrecy}, ${login === undefined ? 'without a login' : 'with a login'} …`);
    const session = new SmtpSession(smtp, TIMEOUTS);
    try {
      await session.open();
      terminal.write('The server speaks with us.');
      const { results, response } = await session.send({
        ...renderLetter(testLetter(locale)),
        messageId: `<test-${randomUUID()}@${sender.address.split('@')[1]}>`,
        createdAt: new SystemClock().now(),
        to: [address],
        file: null,
        envelope: [address],
      });
      if (results[0]!.verdict !== 'accepted') throw new Error(`The server refuses it: ${response}`);
      terminal.write(`The server took it: ${response}`);
    } finally {
      session.end();
    }
  },
};

export const MAIL_REDRIVE: Command = {
  words: 'mail redrive',
  summary: 'tries again the mails that were given up or refused; nobody gets one twice',
  parameters: [],
  options: {},
  async run({ env, terminal }) {
    const count = await withServices(env, [MailModule], (services) => services.get(MailService).redrive());
    terminal.write(`${count} ${count === 1 ? 'mail is' : 'mails are'} tried again by the running app.`);
  },
};
