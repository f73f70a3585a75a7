import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import { CERTIFICATE, PRIVATE_KEY } from './certificate.js';
import { SmtpFaultQueue, type SmtpFaultAction } from './faults.js';

export interface ReceivedMessage {
  at: Date;
  /** The envelope: who really got this copy. */
  from: string;
  to: string[];
  /** As it came over the wire. */
  raw: string;
  messageId: string;
  secure: boolean;
  username: string | null;
}

export interface SmtpSimulatorOptions {
  /** Offers STARTTLS, with a certificate for localhost. */
  tls?: boolean;
  /** Demands this login. */
  login?: { username: string; password: string };
}

type Done = (error?: Error | null) => void;

/** A mail server that keeps a ledger of every copy it took, delivers nothing, and plays scripted faults. */
export class SmtpSimulator {
  readonly messages: ReceivedMessage[] = [];
  readonly faults = new SmtpFaultQueue();
  /** Connections so far, those that were turned away included. */
  connections = 0;
  private server: SMTPServer | null = null;
  /** By the client's port, which a session knows too. */
  private readonly sockets = new Map<number, Socket>();
  private lastPort = 0;

  constructor(private readonly options: SmtpSimulatorOptions = {}) {}

  /** On the port it had before, if it was stopped and none is given. */
  async start(port = this.lastPort, host = '127.0.0.1'): Promise<void> {
    const server = this.createServer();
    server.on('error', () => undefined);
    server.server.on('connection', (socket) => this.sockets.set(socket.remotePort!, socket));
    await new Promise<void>((resolve, reject) => {
      server.server.once('error', reject);
      server.listen(port, host, resolve);
    });
    this.lastPort = (server.server.address() as AddressInfo).port;
    this.server = server;
  }

  /** Breaks every connection; from now on none is taken. */
  async stop(): Promise<void> {
    const { server } = this;
    if (server === null) return;
    this.server = null;
    const closed = new Promise<void>((resolve) => server.close(resolve));
    for (const socket of this.sockets.values()) socket.destroy();
    this.sockets.clear();
    await closed;
  }

  get port(): number {
    return this.lastPort;
  }

  /** The copies one address got, oldest first. */
  copiesFor(address: string): ReceivedMessage[] {
    return this.messages.filter(({ to }) => to.includes(address));
  }

  private createServer(): SMTPServer {
    const { tls = false, login } = this.options;
    return new SMTPServer({
      name: 'simulator.example.com',
      key: PRIVATE_KEY,
      cert: CERTIFICATE,
      disabledCommands: [...(tls ? [] : ['STARTTLS']), ...(login === undefined ? ['AUTH'] : [])],
      allowInsecureAuth: true,
      authOptional: login === undefined,
      disableReverseLookup: true,
      closeTimeout: 1000,
      onConnect: (session, done) => {
        this.connections += 1;
        this.answer(this.faults.take('connect'), session, done);
      },
      onAuth: ({ username, password }, session, done) => {
        const isRight = username === login?.username && password === login?.password;
        const proceed: Done = (error) => (error ? done(error) : done(null, { user: username }));
        const refusal: SmtpFaultAction | null = isRight ? null : { code: 535, text: 'Authentication failed' };
        this.answer(this.faults.take('login') ?? refusal, session, proceed);
      },
      onMailFrom: (_address, session, done) => this.answer(this.faults.take('mail'), session, done),
      onRcptTo: ({ address }, session, done) => this.answer(this.faults.take('rcpt', address), session, done),
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => this.receive(Buffer.concat(chunks).toString('utf8'), session, done));
      },
    });
  }

  private receive(raw: string, session: SMTPServerSession, done: Done): void {
    const fault = this.faults.take('data');
    const isTaken = fault === null || fault === 'take-then-drop' || fault === 'confirm-then-drop';
    if (isTaken) this.messages.push(messageOf(raw, session));
    if (fault === 'take-then-drop') return this.drop(session);
    if (fault !== 'confirm-then-drop') return this.answer(fault, session, done);
    done();
    setImmediate(() => this.sockets.get(session.remotePort)?.end());
  }

  private answer(fault: SmtpFaultAction | null, session: SMTPServerSession, done: Done): void {
    if (fault === null) return done();
    if (fault === 'black-hole') return;
    if (typeof fault === 'string') return this.drop(session);
    done(Object.assign(new Error(fault.text ?? 'as scripted'), { responseCode: fault.code }));
  }

  private drop(session: SMTPServerSession): void {
    this.sockets.get(session.remotePort)?.destroy();
  }
}

/** The value of a header, unfolded. */
export function headerOf(raw: string, name: string): string[] {
  const head = raw.slice(0, raw.indexOf('\r\n\r\n')).replaceAll(/\r\n(?=[ \t])/g, '');
  const lines = head.split('\r\n').filter((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  return lines.map((line) => line.slice(name.length + 1).trim());
}

function messageOf(raw: string, session: SMTPServerSession): ReceivedMessage {
  const { mailFrom, rcptTo } = session.envelope;
  return {
    at: new Date(),
    from: mailFrom === false ? '' : mailFrom.address,
    to: rcptTo.map(({ address }) => address),
    raw,
    messageId: headerOf(raw, 'Message-ID')[0] ?? '',
    secure: session.secure,
    username: session.user ?? null,
  };
}
