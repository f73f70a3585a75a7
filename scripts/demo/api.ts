/** A log as `/v1/resources/logs` answers it, as far as the demo reads it. */
export interface Log {
  id: number;
  project_id: number | null;
  integration_id: number | null;
  provider: string;
  task: string;
  start: number;
  end: number | null;
  category: string;
  external_id: string | null;
  sync: { state: string; error: string | null; note: string | null };
}

export interface Project {
  id: number;
  name: string;
  external_id: string;
}

export interface Timeline {
  entries: { id: number; task: string; project: string | null }[];
  days: { day: string; seconds: number; slices: { entry_id: number; start: number; end: number; seconds: number }[] }[];
}

export interface Reconciliation {
  summary: { matched: number; only_there: number; only_here: number; different: number };
}

/** What the Flic app adds to its requests by itself. */
const BUTTON = { 'button-name': 'Badge', 'button-serial-number': 'BC44-B06243', 'button-battery-level': '87' };

/** The API as any client sees it: HTTP and a token. */
export class Api {
  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  async get<T>(path: string): Promise<T> {
    return (await this.call('GET', path)) as T;
  }

  async post<T>(path: string, body: object): Promise<T> {
    return (await this.call('POST', path, body)) as T;
  }

  async put<T>(path: string, body: object): Promise<T> {
    return (await this.call('PUT', path, body)) as T;
  }

  /** One press of the button on the badge; answers its one sentence. */
  async press(): Promise<string> {
    return (await this.call('POST', '/v1/rpc/flic/click', undefined, BUTTON)) as string;
  }

  /** The whole answer, for the few routes without an envelope. */
  async read<T>(path: string): Promise<T> {
    return (await this.request('GET', path)) as T;
  }

  /** The same for what is sent. */
  async send<T>(path: string, body: object): Promise<T> {
    return (await this.request('POST', path, body)) as T;
  }

  /** A file in a form, as a browser sends it. */
  async upload<T>(path: string, fields: Record<string, string>, file: { name: string; text: string }): Promise<T> {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set('file', new Blob([file.text]), file.name);
    const headers = { authorization: `Bearer ${this.token}` };
    const response = await fetch(`${this.url}${path}`, { method: 'POST', headers, body: form });
    if (response.ok) return ((await response.json()) as { result: T }).result;
    throw new Error(`POST ${path} was answered ${response.status}: ${await response.text()}`);
  }

  async file(path: string): Promise<Buffer> {
    const response = await fetch(`${this.url}${path}`, { headers: { authorization: `Bearer ${this.token}` } });
    if (response.ok) return Buffer.from(await response.arrayBuffer());
    throw new Error(`GET ${path} was answered ${response.status}: ${await response.text()}`);
  }

  private async call(method: string, path: string, body?: object, headers = {}): Promise<unknown> {
    const { result } = (await this.request(method, path, body, headers)) as { result: unknown };
    return result;
  }

  private async request(method: string, path: string, body?: object, headers = {}): Promise<unknown> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (response.ok) return response.json();
    throw new Error(`${method} ${path} was answered ${response.status}: ${await response.text()}`);
  }
}
