import net from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');
const PATIENCE_MILLISECONDS = 20_000;

/** What one connection sends, see `LoadJob`. */
export interface Drive {
  requests: string[];
  numbered: string | undefined;
  pauseMilliseconds: number;
  /** Of `performance.now`; the answer after it is the last. */
  stopAt: number;
}

/** Of all connections that ever were. */
let lastNumber = 0;

/** Sends prepared requests over one kept-alive connection, one at a time, and reads no more of an answer than it must. */
export class LoadConnection {
  readonly latenciesMilliseconds: number[] = [];
  private readonly socket: net.Socket;
  private readonly requests: { bytes: Buffer; numberAt: number }[];
  private pending: Buffer[] = [];
  private pendingBytes = 0;
  /** Length of the answer being read, head included; 0 until its head is complete. */
  private expectedBytes = 0;
  private next = 0;
  private sentAt = 0;

  private constructor(
    socket: net.Socket,
    private readonly what: Drive,
    private readonly end: (error?: Error) => void,
  ) {
    this.socket = socket;
    this.requests = what.requests.map((text) => {
      const bytes = Buffer.from(text);
      return { bytes, numberAt: what.numbered === undefined ? -1 : bytes.indexOf(what.numbered) };
    });
    socket.setNoDelay(true);
    socket.setTimeout(PATIENCE_MILLISECONDS, () => end(new Error('no answer for a long time')));
    socket.on('data', (chunk) => this.read(chunk));
    socket.on('error', end);
    socket.on('close', () => end(new Error('the server closed the connection')));
  }

  /**
   * Keeps one connection busy until `stopAt`.
   * @returns the latency of each answer
   * @throws Error for an answer other than 2xx, with its beginning
   */
  static async drive(port: number, what: Drive): Promise<number[]> {
    const socket = net.connect(port, '127.0.0.1');
    try {
      return await new Promise<number[]>((resolve, reject) => {
        const connection = new LoadConnection(socket, what, (error) =>
          error === undefined ? resolve(connection.latenciesMilliseconds) : reject(error),
        );
        socket.once('connect', () => connection.send());
      });
    } finally {
      socket.destroy();
    }
  }

  private send(): void {
    this.sentAt = performance.now();
    const { bytes, numberAt } = this.requests[this.next++ % this.requests.length]!;
    if (numberAt >= 0) {
      bytes.write(String(++lastNumber).padStart(this.what.numbered!.length, '0'), numberAt, 'latin1');
    }
    this.socket.write(bytes);
  }

  private read(chunk: Buffer): void {
    this.pending.push(chunk);
    this.pendingBytes += chunk.length;
    if (this.expectedBytes === 0) this.readHead();
    if (this.expectedBytes === 0 || this.pendingBytes < this.expectedBytes) return;
    if (this.pendingBytes > this.expectedBytes) return this.end(new Error('more bytes than the answer has'));
    this.pending = [];
    this.pendingBytes = 0;
    this.expectedBytes = 0;
    const now = performance.now();
    this.latenciesMilliseconds.push(now - this.sentAt);
    if (now >= this.what.stopAt) this.end();
    else if (this.what.pauseMilliseconds > 0) setTimeout(() => this.send(), this.what.pauseMilliseconds);
    else this.send();
  }

  private readHead(): void {
    const bytes = this.pending.length === 1 ? this.pending[0]! : Buffer.concat(this.pending);
    const end = bytes.indexOf(HEAD_END);
    if (end === -1) return;
    const head = bytes.toString('latin1', 0, end);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (!head.startsWith('HTTP/1.1 2') || length === undefined) {
      return this.end(new Error(`unexpected answer: ${bytes.toString('utf8').slice(0, 1000)}`));
    }
    this.expectedBytes = end + HEAD_END.length + Number(length);
  }
}
