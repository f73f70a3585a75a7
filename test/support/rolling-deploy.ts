import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildApp } from './child-app.js';

/** How often a balancer looks after its replicas. */
const LOOK_EVERY_MILLISECONDS = 100;

/** Sends requests to replicas in turn, but to none that says it is not ready. */
export class Balancer {
  private ready: ChildApp[] = [];
  private turn = 0;
  private isClosed = false;
  private looking: Promise<void> | undefined;

  constructor(private readonly replicas: () => readonly ChildApp[]) {}

  /** Resolves once it knows of a replica that is ready. */
  async open(): Promise<void> {
    await this.look();
    this.looking = this.keepLooking();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.looking;
  }

  /** Whose turn it is. */
  get url(): string {
    this.turn += 1;
    const one = this.ready[this.turn % this.ready.length];
    if (one === undefined) throw new Error('No replica is ready.');
    return one.url;
  }

  private async keepLooking(): Promise<void> {
    while (!this.isClosed) {
      await sleep(LOOK_EVERY_MILLISECONDS);
      await this.look();
    }
  }

  private async look(): Promise<void> {
    const replicas = this.replicas();
    const answers = await Promise.all(replicas.map(isReady));
    this.ready = replicas.filter((_, index) => answers[index]);
  }
}

const isReady = ({ url }: ChildApp): Promise<boolean> =>
  fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2000) })
    .then(({ ok }) => ok)
    .catch(() => false);
