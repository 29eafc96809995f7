/** A response of the REST door. */
export interface RestAnswer {
  readonly status: number;
  /** Parsed JSON; undefined if there is no body. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of every shape
  readonly body: any;
  readonly headers: Headers;
}

/** Calls the REST door like a program: with fetch. */
export class RestClient {
  /** @param accessToken absent: no credentials */
  constructor(
    readonly baseUrl: string,
    private readonly accessToken?: string,
  ) {}

  get(path: string): Promise<RestAnswer> {
    return this.call('GET', path);
  }

  post(path: string, body: unknown = {}): Promise<RestAnswer> {
    return this.call('POST', path, body);
  }

  put(path: string, body?: unknown): Promise<RestAnswer> {
    return this.call('PUT', path, body);
  }

  patch(path: string, body: unknown): Promise<RestAnswer> {
    return this.call('PATCH', path, body);
  }

  delete(path: string): Promise<RestAnswer> {
    return this.call('DELETE', path);
  }

  async call(method: string, path: string, body?: unknown): Promise<RestAnswer> {
    const response = await fetchOpen(this.baseUrl + path, {
      method,
      headers: {
        ...(this.accessToken === undefined ? {} : { authorization: `Bearer ${this.accessToken}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, body: isJson ? JSON.parse(text) : undefined, headers: response.headers };
  }
}

/**
 * Like fetch, but retries once if the connection was closed while the request was sent: an idle connection of other
 * tests may end at that moment.
 */
async function fetchOpen(address: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(address, request);
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as { code?: string };
    if (code !== 'UND_ERR_SOCKET') throw error;
    return await fetch(address, request);
  }
}
