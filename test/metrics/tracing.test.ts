import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { type RunningServer, startServer } from '../support/server.js';
import { newTenant, type Tenant } from '../support/tenant.js';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: readonly { key: string; value: { stringValue?: string } }[];
  readonly status: { code?: number };
}

let collector: Server;
let received = '';
let spans: Span[] = [];
let server: RunningServer;
let tenant: Tenant;

beforeAll(async () => {
  collector = createServer((request, response) => {
    void text(request).then((body) => {
      received += body;
      const { resourceSpans } = JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] };
      spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
      response.setHeader('content-type', 'application/json').end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const { port } = collector.address() as AddressInfo;
  server = await startServer({
    environment: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`, OTEL_BSP_SCHEDULE_DELAY: '100' },
  });
  tenant = await newTenant(server.baseUrl);
});
afterAll(async () => {
  await server?.stop();
  collector.close();
});

/** The trace to which a caller says its request belongs (W3C Trace Context). */
async function traced(traceId: string, path: string, init: RequestInit = {}): Promise<Span[]> {
  const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;
  await fetch(server.baseUrl + path, { ...init, headers: { ...init.headers, traceparent } });
  for (let count = 0; count < 100; count += 1) {
    const found = spans.filter((span) => span.traceId === traceId);
    // The span of the request ends last.
    if (found.some(({ parentSpanId }) => parentSpanId === '00f067aa0ba902b7')) return found;
    await pause(50);
  }
  throw new Error(`No trace ${traceId} among ${spans.map(({ name }) => name).join()}`);
}

const signedIn = async () => {
  const { email, password } = tenant;
  const { body } = await tenant.rest.post('/v1/sign-in', { email, password });
  return { authorization: `Bearer ${body.accessToken as string}` };
};

it('a request is a span of the caller’s trace, with its parts below', async () => {
  const found = await traced('4bf92f3577b34da6a3ce929d0e0e4736', '/v1/users', { headers: await signedIn() });
  const root = found.find(({ name }) => name === 'iam:ListUsers')!;
  expect(root).toMatchObject({ kind: 2, parentSpanId: '00f067aa0ba902b7' });
  expect(found.map(({ name }) => name)).toEqual(expect.arrayContaining(['authenticate', 'decide', 'transaction']));
  const below = (id: string): string[] =>
    found.filter(({ parentSpanId }) => parentSpanId === id).flatMap(({ name, spanId }) => [name, ...below(spanId)]);
  expect(below(root.spanId)).toHaveLength(found.length - 1);
  expect(received).toContain('"gatehouse"');
});

it('an error shows by its code', async () => {
  const found = await traced('4bf92f3577b34da6a3ce929d0e0e4737', '/v1/users/nobody', { headers: await signedIn() });
  const root = found.find(({ name }) => name === 'iam:GetUser')!;
  expect(root.status.code).toBe(2);
  expect(root.attributes).toContainEqual({ key: 'error.type', value: { stringValue: 'NoSuchEntity' } });
});

/** Threat: traces are sent to places where logs are not, and contain data of requests. */
it('nothing that a request carries is in a span', async () => {
  const { accessKey } = await tenant.addUser('very-secret-name');
  const headers = await signedIn();
  await traced('4bf92f3577b34da6a3ce929d0e0e4738', '/v1/users/very-secret-name', { headers });
  for (const secret of [
    'very-secret-name',
    tenant.password,
    tenant.email,
    tenant.accountId,
    accessKey.accessKeyId,
    accessKey.secretAccessKey,
    headers.authorization.slice(7),
  ]) {
    expect(received).not.toContain(secret);
  }
  spans = [];
});
