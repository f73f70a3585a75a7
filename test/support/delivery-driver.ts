import { setTimeout as sleep } from 'node:timers/promises';
import type { Acknowledged } from './oracle.js';
import { deliver, delivery, nextId, type Answer, type Event } from './webhooks.js';

/** One thing a service says about an entry. */
export interface Step {
  event: Event;
  body: Record<string, unknown>;
}

/** Everything a service says about one entry, in its order; each step changes something. */
export interface Story {
  externalId: string;
  steps: Step[];
}

/** What somebody was told who was not let in. */
export interface Refusal {
  status: number;
  retryAfter: string | null;
}

const KINDS: readonly (readonly Event[])[] = [
  ['start', 'edit', 'end', 'edit', 'delete'],
  ['start', 'end'],
  ['manual', 'edit', 'delete'],
  ['start', 'edit', 'edit', 'end'],
];
const PEOPLE = 7;
const FIRST_START = Date.UTC(2026, 3, 1);
const MINUTE = 60_000;

const instant = (milliseconds: number): string => new Date(milliseconds).toISOString().replace('.000', '');

/** The story of an entry nobody has heard of. */
export function tellStory(index: number, kind: readonly Event[] = KINDS[index % KINDS.length]!): Story {
  const externalId = nextId();
  const account = `account-${index % PEOPLE}`;
  const user = { id: account, name: `Person ${index % PEOPLE}`, status: 'ACTIVE' };
  let start = FIRST_START + index * MINUTE;
  let end: number | null = kind[0] === 'manual' ? start + 60 * MINUTE : null;
  const steps = kind.map((event, place): Step => {
    if (event === 'edit') start += MINUTE;
    if (event === 'end') end = start + 60 * MINUTE;
    const timeInterval = {
      start: instant(start),
      end: end === null ? null : instant(end),
      ...(end === null ? { duration: null, offsetEnd: null, zonedEnd: null } : {}),
      zonedStart: undefined,
      ...(end === null ? {} : { duration: `PT${(end - start) / MINUTE}M`, zonedEnd: undefined }),
    };
    const edits = kind.slice(0, place + 1).filter((one) => one === 'edit').length;
    const description = edits === 0 ? 'Planning' : `Planning, changed ${edits} times`;
    const currentlyRunning = end === null;
    return {
      event,
      body: delivery({ id: externalId, userId: account, user, description, currentlyRunning, timeInterval }),
    };
  });
  return { externalId, steps };
}

/** A service that sends each delivery until it is told that it has come. */
export class DeliveryDriver {
  readonly acked: Acknowledged[] = [];
  readonly refusals: Refusal[] = [];
  /** Connections that broke, or were not taken. */
  broken = 0;
  readonly told: Story[] = [];
  private isStopped = false;

  /** @param url whom to send the next delivery to */
  constructor(
    private readonly url: () => string,
    private readonly isCopied: () => boolean = () => false,
  ) {}

  /** Over so many connections, each with a story of its own, until `stop`; resolves when every begun story is told. */
  async drive(connections: number): Promise<void> {
    const lane = async () => {
      while (!this.isStopped) {
        const story = tellStory(this.told.length);
        this.told.push(story);
        await this.tell(story);
      }
    };
    await Promise.all(Array.from({ length: connections }, lane));
  }

  stop(): void {
    this.isStopped = true;
  }

  async tell({ steps }: Story): Promise<void> {
    for (const step of steps) {
      await this.send(step);
      if (this.isCopied()) await this.send(step);
    }
  }

  /** Sent again until it is taken; answers what the one who took it said. */
  async send({ event, body }: Step): Promise<Answer> {
    for (;;) {
      const answer = await deliver(this.url(), event, body).catch(() => null);
      if (answer?.status === 200) {
        this.acked.push({ delivery: answer.body.delivery!, event, externalId: body.id as string });
        return answer;
      }
      if (answer === null) this.broken += 1;
      else this.refusals.push({ status: answer.status, retryAfter: answer.headers.get('retry-after') });
      await sleep(100);
    }
  }
}
