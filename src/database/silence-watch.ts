import { Client, type ClientBase, type Pool } from 'pg';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { socketOf } from './look-ups.js';

const LOOK_EVERY_MILLISECONDS = 500;
/** In use for longer than this, somebody may be waiting for nothing. */
const SUSPICIOUS_MILLISECONDS = 1000;
/** Counted in short steps: when this process itself was busy, an answer that has come by then is still read. */
const STEPS_OF_PATIENCE = 5;
const STEP_MILLISECONDS = 500;

/**
 * Notices a server that has fallen silent: where packets vanish nothing breaks, and whoever waits would wait for as long as
 * statements may take. When a connection has been in use for a while, the server is asked over a new one; without an answer
 * all are cut, and those who wait learn at once that it is away. A server that works is left to work.
 */
export class SilenceWatch {
  private readonly logger = new Logger('Database');
  private readonly open = new Set<ClientBase>();
  private readonly inUseSince = new Map<ClientBase, number>();
  private timer: NodeJS.Timeout | undefined;
  private isAsking = false;

  /** @param url of the server */
  constructor(private readonly url: string) {}

  watchPool(pool: Pool): void {
    pool.on('connect', (client) => this.open.add(client));
    pool.on('acquire', (client) => this.begin(client));
    pool.on('release', (_error, client) => this.inUseSince.delete(client));
    pool.on('remove', (client) => this.forget(client));
  }

  /** A connection that is in use from now until `forget`. */
  watch(client: ClientBase): void {
    this.open.add(client);
    this.begin(client);
  }

  forget(client: ClientBase): void {
    this.open.delete(client);
    this.inUseSince.delete(client);
  }

  private begin(client: ClientBase): void {
    this.inUseSince.set(client, performance.now());
    this.timer ??= setInterval(() => void this.look(), LOOK_EVERY_MILLISECONDS).unref();
  }

  private async look(): Promise<void> {
    if (this.inUseSince.size === 0) {
      clearInterval(this.timer);
      this.timer = undefined;
      return;
    }
    const longAgo = performance.now() - SUSPICIOUS_MILLISECONDS;
    if (this.isAsking || ![...this.inUseSince.values()].some((since) => since < longAgo)) return;
    this.isAsking = true;
    const heard = this.heard();
    const isThere = await this.answers();
    this.isAsking = false;
    if (!isThere && this.heard() === heard) this.cutAll();
  }

  /** Any answer is one: a refusal comes from somewhere, and connections to a server that ended break by themselves. */
  private async answers(): Promise<boolean> {
    const client = new Client({ connectionString: this.url, application_name: 'timesheet-watch' });
    client.on('error', () => undefined);
    const asked = client
      .connect()
      .then(() => client.query('select 1'))
      .then(TRUE, TRUE);
    const isAnswered = await patiently(asked);
    if (isAnswered) void client.end().catch(() => undefined);
    else socketOf(client)?.destroy();
    return isAnswered;
  }

  /** Changes with every byte that arrives: where a machine is overloaded, new connections take long, and nobody is silent. */
  private heard(): string {
    return [...this.open].map((client) => (socketOf(client) as Socket | undefined)?.bytesRead).join();
  }

  private cutAll(): void {
    this.logger.error(`PostgreSQL has fallen silent: ${this.open.size} connections are cut`);
    for (const client of this.open) socketOf(client)?.destroy();
  }
}

const TRUE = () => true;

async function patiently(asked: Promise<boolean>): Promise<boolean> {
  for (let step = 0; step < STEPS_OF_PATIENCE; step += 1) {
    if (await Promise.race([asked, sleep(STEP_MILLISECONDS, false, { ref: false })])) return true;
  }
  return false;
}
