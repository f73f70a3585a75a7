export interface ApiAnswer<T> {
  status: number;
  /** The whole body, parsed. */
  body: {
    result: T;
    status?: string;
    warnings?: { integration_id: number; provider: string; message: string }[];
    code?: string;
    message?: string;
  };
}

/** A caller of the HTTP API, whichever process answers at the moment. */
export class ApiClient {
  constructor(
    private readonly url: () => string,
    private readonly headers: Record<string, string>,
    /** Their token in clear, where they have one. */
    readonly token = '',
  ) {}

  async call<T>(
    method: string,
    path: string,
    body?: object,
    extra: Record<string, string> = {},
  ): Promise<ApiAnswer<T>> {
    const content = body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await fetch(`${this.url()}${path}`, {
      method,
      headers: { ...this.headers, ...content, ...extra },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') === true;
    return { status: answer.status, body: (isJson ? JSON.parse(text) : { result: text }) as ApiAnswer<T>['body'] };
  }

  /** The `result` of a call that must answer with `status`. */
  async expect<T>(status: number, method: string, path: string, body?: object): Promise<T> {
    const answer = await this.call<T>(method, path, body);
    if (answer.status === status) return answer.body.result;
    throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  }
}
