import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * `refuse`: nobody listens. `black-hole`: everything vanishes, and nobody is told. `reset`: connections break. `slow`: every
 * piece takes its time. `truncate`: answers end after a few bytes.
 */
export type ProxyMode = 'pass' | 'refuse' | 'black-hole' | 'reset' | 'slow' | 'truncate';

interface Line {
  near: net.Socket;
  far: net.Socket;
  /** What went into a black hole does not come out of it again. */
  isLost: boolean;
}

/** A line to a server that can be made as bad as lines get. */
export class TcpProxy {
  slowMilliseconds = 200;
  truncateBytes = 20;
  private mode: ProxyMode = 'pass';
  private readonly lines = new Set<Line>();
  private server = net.createServer();
  private port = 0;

  private constructor(private readonly target: { host: string; port: number }) {}

  static async before(host: string, port: number): Promise<TcpProxy> {
    const proxy = new TcpProxy({ host, port });
    await proxy.listen();
    return proxy;
  }

  /** The same address, by way of the proxy. */
  through(url: string): string {
    const changed = new URL(url);
    changed.hostname = '127.0.0.1';
    changed.port = String(this.port);
    return changed.href;
  }

  async become(mode: ProxyMode): Promise<void> {
    const wasListening = this.mode !== 'refuse';
    this.mode = mode;
    for (const line of this.lines) this.suffer(line);
    // What the server says now finds nobody any more.
    if (mode === 'pass') for (const { far, isLost } of this.lines) if (isLost) far.destroy();
    if (wasListening && mode === 'refuse') this.server.close();
    if (!wasListening && mode !== 'refuse') await this.listen();
  }

  async close(): Promise<void> {
    for (const { near, far } of this.lines) for (const end of [near, far]) end.destroy();
    if (this.mode === 'refuse') return;
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async listen(): Promise<void> {
    this.server = net.createServer((near) => this.accept(near));
    await new Promise<void>((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.server.address() as net.AddressInfo).port;
  }

  private accept(near: net.Socket): void {
    const line: Line = { near, far: net.connect(this.target), isLost: false };
    this.lines.add(line);
    let answered = 0;
    const asking = this.carry(line, line.near, line.far, (piece) => piece);
    const answering = this.carry(line, line.far, line.near, (piece) => {
      const rest = this.mode === 'truncate' ? Math.max(0, this.truncateBytes - answered) : piece.length;
      answered += piece.length;
      return piece.subarray(0, rest);
    });
    this.suffer(line);
    void Promise.all([asking, answering]).then(() => this.lines.delete(line));
  }

  private suffer(line: Line): void {
    if (this.mode === 'black-hole') line.isLost = true;
    if (this.mode === 'reset') for (const end of [line.near, line.far]) end.resetAndDestroy();
  }

  private async carry(line: Line, from: net.Socket, to: net.Socket, cut: (piece: Buffer) => Buffer): Promise<void> {
    try {
      for await (const piece of from as AsyncIterable<Buffer>) {
        if (this.mode === 'slow') await sleep(this.slowMilliseconds);
        if (line.isLost) continue;
        const left = cut(piece);
        to.write(left);
        if (left.length < piece.length) break;
      }
    } catch {
      // The other end learns it as a line tells it: by its own end.
    }
    if (!line.isLost) to.end();
  }
}
