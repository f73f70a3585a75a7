import { expect } from 'vitest';
import type { TestApp } from './app.js';
import { Egress } from './egress.js';
import { contentsOf, tablesHolding } from './rows.js';

export interface Answered {
  status: number;
  text: string;
}

/** Words of ours that no answer may carry: traces, statements, paths, libraries. */
const INSIDES =
  /\bat \w+ \(|node_modules|\.(ts|js):\d|select |insert into|typeorm|fastify|\bajv\b|postgres|\bpg-|nestjs|\/work\/|\/tmp\//i;

/**
 * What holds of every bad input, whatever it is: nothing changes for anybody (N, U), the one shape of errors without our insides
 * (E), no secret in answer or log (S), others are served meanwhile (L), and nothing leaves (X).
 */
export class BadInput {
  private readonly egress = new Egress();
  private readLines = 0;

  constructor(
    private readonly app: TestApp,
    /** Texts that must not turn up anywhere. */
    private readonly secrets: () => readonly string[],
    /** Origins that may be called all the same: the services behind the app. */
    private readonly services: readonly string[] = [],
  ) {}

  stop(): void {
    this.egress.stop();
  }

  /** @returns the answer, for what else is said of it */
  async refused<A extends Answered>(send: () => Promise<A>, ...statuses: number[]): Promise<A> {
    return (await this.refusedAll([send], ...statuses))[0]!;
  }

  /** The same of many, of which none may change anything. */
  async refusedAll<A extends Answered>(sends: readonly (() => Promise<A>)[], ...statuses: number[]): Promise<A[]> {
    const before = await contentsOf(this.app);
    const answers = await this.harmless(() => Promise.all(sends.map((send) => send())));
    for (const answer of answers) this.expectError(answer);
    expect(answers.filter(({ status }) => !statuses.includes(status)).map(({ text }) => text)).toEqual([]);
    expect(await contentsOf(this.app)).toEqual(before);
    return answers;
  }

  /** Of input that may also be taken: all but that nothing changes. */
  async harmless<A extends Answered | readonly Answered[]>(send: () => Promise<A>): Promise<A> {
    let answered: A | undefined;
    const left = await this.egress.during(async () => ([answered] = await Promise.all([send(), this.expectServed()])), {
      except: this.app.url,
    });
    for (const origin of this.services) left.delete(new URL(origin).origin);
    expect(left).toEqual(new Set());
    this.expectNoSecret(...[answered!].flat().map(({ text }) => text));
    return answered!;
  }

  expectError({ status, text }: Answered): void {
    const body = JSON.parse(text) as unknown;
    expect(body).toMatchObject({
      statusCode: status,
      code: expect.stringMatching(/^[A-Z_]+(\.[A-Z_]+)*$/),
      message: expect.stringMatching(/./),
      requestId: expect.stringMatching(/^[\w-]{8,64}$/),
    });
    expect(text.length).toBeLessThan(8000);
    expect(text).not.toMatch(INSIDES);
  }

  /** What was said in the answers and in the log since the last look. */
  private expectNoSecret(...texts: string[]): void {
    const lines = this.app.logLines.slice(this.readLines);
    this.readLines = this.app.logLines.length;
    const said = [...texts, ...lines].join('\n');
    expect(this.secrets().filter((secret) => said.includes(secret))).toEqual([]);
  }

  /** In the end: no secret in any table either, the error log among them. */
  async expectNoSecretKept(): Promise<void> {
    for (const secret of this.secrets()) expect(await tablesHolding(this.app, secret)).toEqual([]);
  }

  /** Within a second of work of this process: what others do on the machine is not counted. */
  private async expectServed(): Promise<void> {
    const before = process.cpuUsage();
    const { status } = await fetch(`${this.app.url}/health`);
    const { user, system } = process.cpuUsage(before);
    expect([status, user + system < 1_000_000]).toEqual([200, true]);
  }
}
