import { setTimeout as sleep } from 'node:timers/promises';

/** Asks a process that was started with `--inspect` what it really keeps: what is left when everything else is collected. */
export class LiveHeap {
  private next = 0;
  private readonly waiting = new Map<number, (result: { usedSize: number }) => void>();

  private constructor(private readonly socket: WebSocket) {
    socket.addEventListener('message', ({ data }) => {
      const { id, result } = JSON.parse(String(data)) as { id: number; result: { usedSize: number } };
      this.waiting.get(id)?.(result);
      this.waiting.delete(id);
    });
  }

  static async connect(port: number): Promise<LiveHeap> {
    const [target] = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as [
      { webSocketDebuggerUrl: string },
    ];
    const socket = new WebSocket(target.webSocketDebuggerUrl);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', () => reject(new Error('the inspector does not answer')));
    });
    return new LiveHeap(socket);
  }

  async megabytes(): Promise<number> {
    await this.ask('HeapProfiler.collectGarbage');
    // What waits for its finalizer goes with the second.
    await sleep(50);
    await this.ask('HeapProfiler.collectGarbage');
    return (await this.ask('Runtime.getHeapUsage')).usedSize / 1024 / 1024;
  }

  close(): void {
    this.socket.close();
  }

  private ask(method: string): Promise<{ usedSize: number }> {
    const id = ++this.next;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.socket.send(JSON.stringify({ id, method }));
    });
  }
}
