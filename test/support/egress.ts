import { subscribe, unsubscribe } from 'node:diagnostics_channel';

const CHANNEL = 'undici:request:create';

/** Every origin this process opens an HTTP call to, whoever in it asks: what really leaves, not what somebody says left. */
export class Egress {
  private readonly origins: string[] = [];
  private readonly listener = (message: unknown): void => {
    const { request } = message as { request: { origin: string | URL } };
    this.origins.push(new URL(request.origin).origin);
  };

  constructor() {
    subscribe(CHANNEL, this.listener);
  }

  /** Where calls went while that ran, without those of the test itself. */
  async during(work: () => Promise<unknown>, { except }: { except: string }): Promise<Set<string>> {
    const before = this.origins.length;
    await work();
    return new Set(this.origins.slice(before).filter((origin) => origin !== new URL(except).origin));
  }

  stop(): void {
    unsubscribe(CHANNEL, this.listener);
  }
}
