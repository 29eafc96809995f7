import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';

export interface GatehouseOptions {
  /** The URL of Gatehouse: `https://iam.example.com`. */
  readonly url: string;
  /** The calling service, by its registered prefix; signatures must be for it. */
  readonly service: string;
  /** An access key of the service. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /**
   * Host names of the service: signed requests for other hosts are refused. Checked if specified; specify them if
   * several services share a prefix, or if the service serves different content under different names.
   */
  readonly hosts?: readonly string[];
  /** Milliseconds to wait for a response. Default: 2,000. Without a response nobody is admitted. */
  readonly timeout?: number;
}

/** A request as received, without any decoding. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** Alternating names and values, as in Node. */
  readonly rawHeaders: readonly string[];
  /** SHA-256 of the body, lowercase hexadecimal. */
  readonly bodySha256: string;
  readonly ip?: string;
}

type ConditionValue = string | number | boolean | readonly (string | number | boolean)[];

export interface Question {
  /** `orders:GetOrder` */
  readonly action: string;
  /** ARN */
  readonly resource: string;
  /** For resource searches; default: the service's prefix. */
  readonly resourceType?: string;
  /** Condition keys and their values. */
  readonly context?: Readonly<Record<string, ConditionValue>>;
}

/** The principal of a signed request; not available for bearer tokens. */
export interface Principal {
  readonly arn: string;
  readonly accountId: string;
  readonly principalId: string;
}

export type Answer =
  | { readonly allowed: true; readonly principal?: Principal }
  | {
      readonly allowed: false;
      /** 400: the request is invalid; 401: no valid credentials; 403: denied; 503: Gatehouse cannot be reached. */
      readonly status: 400 | 401 | 403 | 503;
      /** For the client. */
      readonly message: string;
    };

const AWAY: Answer = { allowed: false, status: 503, message: 'Access cannot be decided at the moment.' };
const DENIED: Answer = { allowed: false, status: 403, message: 'You are not authorized to do this.' };

/** Asks Gatehouse who calls a service, and whether the call is allowed. Fails closed. */
export class Gatehouse {
  private readonly signer: SignatureV4;

  constructor(private readonly options: GatehouseOptions) {
    const { credentials } = options;
    this.signer = new SignatureV4({ credentials, region: 'us-east-1', service: 'gatehouse', sha256: Sha256 });
  }

  /** Credentials are an access token (`Authorization: Bearer`), or Signature Version 4 in a header or the URL. */
  async authorize(request: ReceivedRequest, question: Question): Promise<Answer> {
    const authorization = headersOf(request).get('authorization') ?? [];
    const token = /^Bearer +(\S+) *$/i.exec(authorization[0] ?? '')?.[1];
    try {
      if (token !== undefined && authorization.length === 1) return await this.ofToken(token, request, question);
      const isSigned = authorization[0]?.startsWith('AWS4-HMAC-SHA256') || request.url.includes('X-Amz-Signature=');
      return isSigned ? await this.ofSignature(request, question) : unauthenticated('Credentials are required.');
    } catch {
      return AWAY;
    }
  }

  private async ofToken(token: string, request: ReceivedRequest, question: Question): Promise<Answer> {
    const subject = { type: 'token', id: token };
    const answer = await this.ask('/access/v1/evaluation', { subject, ...this.matter(request, question) });
    if (answer.status === 400) return badRequest();
    if (answer.status !== 200) return AWAY;
    return answer.body.decision === true ? { allowed: true } : DENIED;
  }

  private async ofSignature(request: ReceivedRequest, question: Question): Promise<Answer> {
    const { method, url, bodySha256 } = request;
    const headers = headersOf(request);
    if (!this.isOurHost(headers.get('host'))) return unauthenticated('The signature is for another host.');
    const answer = await this.ask('/v1/authorize', {
      service: this.options.service,
      request: { method, url, headers: Object.fromEntries(headers), bodySha256 },
      ...this.matter(request, question),
    });
    if (answer.status === 400) return badRequest();
    if (answer.status !== 200) return AWAY;
    const { decision, principal, error } = answer.body;
    if (error) return unauthenticated(error.message);
    if (decision !== true || !principal) return DENIED;
    return { allowed: true, principal };
  }

  private matter({ ip }: ReceivedRequest, { action, resource, resourceType, context }: Question) {
    return {
      action: { name: action },
      resource: { type: resourceType ?? this.options.service, id: resource },
      context: { ...(ip === undefined ? {} : { 'aws:SourceIp': ip }), ...context },
    };
  }

  private isOurHost(given: readonly string[] | undefined): boolean {
    const { hosts } = this.options;
    return hosts === undefined || (given?.length === 1 && hosts.includes(given[0]!.toLowerCase()));
  }

  private async ask(path: string, question: object): Promise<{ status: number; body: Decision }> {
    const url = new URL(path, this.options.url);
    const body = JSON.stringify(question);
    const { headers } = await this.signer.sign({
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port === '' ? {} : { port: Number(url.port) }),
      path: url.pathname,
      headers: { host: url.host, 'content-type': 'application/json' },
      body,
    });
    const signal = AbortSignal.timeout(this.options.timeout ?? 2_000);
    const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'error' });
    return { status: response.status, body: (await response.json()) as Decision };
  }
}

interface Decision {
  readonly decision?: unknown;
  readonly principal?: Principal;
  readonly error?: { readonly message: string };
}

function headersOf({ rawHeaders }: ReceivedRequest): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!.toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), rawHeaders[index + 1]!]);
  }
  return headers;
}

function unauthenticated(message: string): Answer {
  return { allowed: false, status: 401, message };
}

function badRequest(): Answer {
  return { allowed: false, status: 400, message: 'The request cannot be understood.' };
}
