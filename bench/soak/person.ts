import type { Served } from '../support/children.js';

/** Calls the application as one person, or as one service. */
export class Caller {
  constructor(
    private readonly app: Served,
    private readonly headers: Record<string, string>,
  ) {}

  /**
   * The answer's body, all of it.
   * @throws Error for anything but 2xx
   */
  async send(method: string, path: string, body?: object): Promise<string> {
    const answer = await fetch(`http://127.0.0.1:${this.app.port}${path}`, {
      method,
      headers: { ...this.headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text.slice(0, 500)}`);
    return text;
  }

  async ask<T>(method: string, path: string, body?: object): Promise<T> {
    return (JSON.parse(await this.send(method, path, body)) as { result: T }).result;
  }
}
