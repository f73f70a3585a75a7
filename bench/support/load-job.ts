/** What the load generator is asked to do. */
export interface LoadJob {
  port: number;
  milliseconds: number;
  /** For each connection the requests it sends, as HTTP text, round and round, each after the answer to the one before. */
  requests: string[][];
  /** A text in the requests that is replaced by a number of its own in each, as long as the text is. */
  numbered?: string;
  /** Before each request but the first of a connection. */
  pauseMilliseconds?: number;
}

/** What it reports. */
export interface LoadReport {
  answers: number;
  milliseconds: number;
  p50Milliseconds: number;
  p99Milliseconds: number;
  /** The first answer that was not 2xx, or what broke a connection: such a run measures nothing. */
  failure?: string;
}

/** The text of a request on a kept-alive connection. */
export function httpRequest(
  method: 'GET' | 'POST',
  path: string,
  { token, headers = {}, body }: { token?: string; headers?: Record<string, string>; body?: unknown },
) {
  const all = { ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${lines.join('')}`;
  if (body === undefined) return `${head}\r\n`;
  const text = JSON.stringify(body);
  const length = Buffer.byteLength(text);
  return `${head}Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${text}`;
}
