import MailComposer from 'nodemailer/lib/mail-composer';
import SMTPConnection, { type SMTPConnectionSendInfo } from 'nodemailer/lib/smtp-connection';
import { Readable } from 'node:stream';
import type { SmtpSettings } from '../config/mail-settings.js';
import type { Letter, MailFile, RecipientResult } from './mail.js';
import { isLostConnection, readAcceptance, readRefusal, unavailable } from './smtp-refusal.js';

export interface SmtpTimeouts {
  /** From looking up the name to the end of the log-in. */
  openMilliseconds: number;
  /** For one message. A server that scans it may take minutes for its last word. */
  sendMilliseconds: number;
}

export interface SmtpAnswer {
  results: RecipientResult[];
  /** What the server said last. */
  response: string;
}

/** Implicit TLS has a port of its own. */
const SMTPS_PORT = 465;
const CLOSE_MILLISECONDS = 1000;

/**
 * One connection to the mail server, kept for several messages and sending one at a time. nodemailer's own pool is not used:
 * it repeats messages by itself and does not tell whether a lost one may have arrived.
 */
export class SmtpSession {
  private connection: SMTPConnection | null = null;

  constructor(
    private readonly settings: SmtpSettings,
    private readonly timeouts: SmtpTimeouts,
  ) {}

  /** @throws MailServerUnavailable in the server's words */
  async open(): Promise<void> {
    if (this.connection !== null && !this.connection.destroyed) return;
    const connection = new SMTPConnection({
      host: this.settings.host,
      port: this.settings.port,
      secure: this.settings.port === SMTPS_PORT && this.settings.useTls,
      requireTLS: this.settings.useTls,
      ignoreTLS: !this.settings.useTls,
      connectionTimeout: this.timeouts.openMilliseconds,
      greetingTimeout: this.timeouts.openMilliseconds,
      socketTimeout: this.timeouts.sendMilliseconds,
      socketCloseTimeout: CLOSE_MILLISECONDS,
    });
    try {
      await withDeadline(this.timeouts.openMilliseconds, this.begin(connection));
    } catch (error) {
      connection.close();
      throw unavailable(error);
    }
    this.connection = connection;
  }

  /**
   * Hands over one letter.
   * @throws MailServerUnavailable when the server has not taken our sender: it has heard nothing of the letter
   */
  async send(letter: Letter): Promise<SmtpAnswer> {
    const isReused = this.connection !== null && !this.connection.destroyed;
    const raw = await compose(letter, this.settings.sender);
    await this.open();
    try {
      return await this.transmit(letter, Readable.from([raw]), isReused);
    } catch (error) {
      if (!(error instanceof IdleHangUp)) throw error;
      await this.open();
      return this.transmit(letter, Readable.from([raw]), false);
    }
  }

  /** Says goodbye; the next letter opens another connection. */
  end(): void {
    const { connection } = this;
    this.connection = null;
    if (connection === null || connection.destroyed) return;
    connection.quit();
    setTimeout(() => connection.close(), CLOSE_MILLISECONDS).unref();
  }

  /** Breaks off what is under way: a letter half sent counts as lost. */
  breakOff(): void {
    const { connection } = this;
    this.connection = null;
    if (connection === null || connection.destroyed) return;
    connection.emit('error', Object.assign(new Error('The sending was broken off.'), { code: 'ECONNECTION' }));
    connection.close();
  }

  private begin(connection: SMTPConnection): Promise<void> {
    const { login } = this.settings;
    return new Promise((resolve, reject) => {
      connection.on('error', reject);
      connection.once('end', () => reject(new Error('The server closed the connection.')));
      connection.connect((error) => {
        if (error !== undefined) return reject(error);
        if (login === undefined || !connection.allowsAuth) return resolve();
        const credentials = { user: login.username, pass: login.password.reveal() };
        connection.login({ credentials }, (refusal) => (refusal === null ? resolve() : reject(refusal)));
      });
    });
  }

  private async transmit(letter: Letter, content: Readable, isReused: boolean): Promise<SmtpAnswer> {
    const connection = this.connection!;
    const { envelope } = letter;
    try {
      const info = await withDeadline(this.timeouts.sendMilliseconds, this.hand(connection, letter, content));
      return { results: readAcceptance(info.rejectedErrors ?? [], envelope), response: info.response };
    } catch (error) {
      connection.close();
      this.connection = null;
      if (isReused && !content.readableDidRead && isLostConnection(error)) throw new IdleHangUp();
      const results = readRefusal(error, envelope);
      return { results, response: results[0]?.reason ?? '' };
    }
  }

  private hand(connection: SMTPConnection, letter: Letter, content: Readable): Promise<SMTPConnectionSendInfo> {
    const envelope = { from: this.settings.sender.address, to: [...letter.envelope] };
    return new Promise((resolve, reject) => {
      connection.once('error', reject);
      connection.send(envelope, content, (error, info) => {
        connection.off('error', reject);
        if (error === null) resolve(info);
        else reject(error);
      });
    });
  }
}

/** The server had hung up before it heard of the letter, as servers do with clients that say nothing for a while. */
class IdleHangUp extends Error {}

/** Texts only: nodemailer would read a file or a page for an object, so it is told not to as well. */
function compose(letter: Letter, sender: SmtpSettings['sender']): Promise<Buffer> {
  return new MailComposer({
    from: sender,
    to: letter.to.map((address) => ({ name: '', address })),
    subject: letter.subject,
    text: letter.text,
    html: letter.html,
    messageId: letter.messageId,
    date: letter.createdAt,
    // Keeps absence notes and other robots from answering.
    attachments: letter.file === null ? [] : [attachmentOf(letter.file)],
    headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': letter.locale },
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();
}

const attachmentOf = ({ fileName, contentType, content }: MailFile) => ({ filename: fileName, contentType, content });

async function withDeadline<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`The server did not answer within ${milliseconds / 1000} s.`)),
      milliseconds,
    );
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
