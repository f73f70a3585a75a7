import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildApp } from './child-app.js';
import type { DeliveryDriver } from './delivery-driver.js';
import { tellStory } from './delivery-driver.js';
import { deliver } from './webhooks.js';

/** The value below which so much of the list lies. */
export const quantile = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))]!;

/** One delivery after the other at a steady rate, whether the ones before were answered or not; answers their milliseconds. */
export async function deliverAtPace(
  driver: DeliveryDriver,
  url: string,
  perSecond: number,
  isOver: () => boolean,
): Promise<number[]> {
  const times: Promise<number>[] = [];
  const begun = performance.now();
  while (!isOver()) {
    times.push(deliverOne(driver, url));
    const due = begun + (times.length * 1000) / perSecond;
    await sleep(Math.max(0, due - performance.now()));
  }
  return Promise.all(times);
}

async function deliverOne(driver: DeliveryDriver, url: string): Promise<number> {
  const story = tellStory(driver.told.length, ['manual']);
  driver.told.push(story);
  const { event, body } = story.steps[0]!;
  const asked = performance.now();
  const { status, body: said } = await deliver(url, event, body);
  if (status !== 200) throw new Error(`A delivery was answered ${status}: ${JSON.stringify(said)}`);
  driver.acked.push({ delivery: said.delivery!, event, externalId: story.externalId });
  return performance.now() - asked;
}

/** A figure of `/metrics`; those of the event loop begin anew with each look. */
export async function figureOf(app: ChildApp, name: string): Promise<number> {
  const text = await (await fetch(`${app.url}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  if (line === undefined) throw new Error(`There is no figure ${name}.`);
  return Number(line.split(' ')[1]);
}

/** The most memory the process has had, in megabytes, as the system counts it. */
export class MemoryWatch {
  most = 0;
  private isOver = false;
  private readonly watching: Promise<void>;

  constructor(app: ChildApp) {
    this.watching = this.watch(app.process.pid!);
  }

  async end(): Promise<number> {
    this.isOver = true;
    await this.watching;
    return this.most;
  }

  private async watch(pid: number): Promise<void> {
    while (!this.isOver) {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      this.most = Math.max(this.most, Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
      await sleep(100);
    }
  }
}
