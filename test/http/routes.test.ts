import { readdirSync, readFileSync } from 'node:fs';
import { RestClient } from '../support/rest-client.js';
import { sharedServer } from '../support/shared-server.js';

/** Everything that is deliberately served without being an operation. */
const publicRoutes = [
  'GET /.well-known/authzen-configuration',
  'GET /.well-known/jwks.json',
  'GET /issuers/:accountId/.well-known/jwks.json',
  'GET /issuers/:accountId/.well-known/openid-configuration',
  'GET /email-confirmation',
  'GET /healthz',
  'GET /readyz',
  'GET /metrics',
  'GET /workloads/:accountId/.well-known/jwks.json',
  'GET /workloads/:accountId/.well-known/openid-configuration',
  'GET /sign-in',
  'GET /sign-in/:alias',
  'GET /sign-in/assets/:name',
  'POST /sign-in',
  'GET /signed-in',
  'POST /signed-in',
  'GET /step-up',
  'POST /step-up',
  'GET /password-recovery',
  'POST /email-confirmation',
  'POST /password-recovery',
  'GET /password-recovery/finish',
  'POST /password-recovery/finish',
];

interface Documented {
  readonly operationId: string;
  readonly security: object[];
  readonly responses: Record<string, object>;
  readonly description: string;
}

async function documented(): Promise<Map<string, Documented>> {
  const { body } = await new RestClient(sharedServer().baseUrl).get('/docs/openapi.json');
  const paths = body.paths as Record<string, Record<string, Documented>>;
  return new Map(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
    ),
  );
}

/** Sources that register routes with Fastify directly: the AWS door, which leads only to operations. */
const ownRoutes = ['doors/aws/aws-door.ts', 'doors/aws/cross-origin.ts'];

/** Routes that controllers declare with Nest's own decorators, found in the sources. */
function nestRoutes(): string[] {
  const root = new URL('../../src/', import.meta.url);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.controller.ts'),
  );
  return files.flatMap((file) => {
    const source = readFileSync(new URL(file, root), 'utf8');
    return [...source.matchAll(/@(Get|Post|Put|Patch|Delete|All)\((.*?)\)/g)].map(
      ([, method, path]) => `${method!.toUpperCase()} ${path!.replaceAll("'", '')}`,
    );
  });
}

function registeringSources(): string[] {
  const root = new URL('../../src/', import.meta.url);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'),
  );
  return files.filter((file) =>
    /\bserver\.(?:route|get|post|put|patch|delete|options|all)\(/.test(readFileSync(new URL(file, root), 'utf8')),
  );
}

describe('the surface of the server', () => {
  it('is operations, and a known handful of public routes', () => {
    expect(nestRoutes().sort()).toEqual([...publicRoutes].sort());
    expect(registeringSources().sort()).toEqual(ownRoutes);
  });

  it('documents for every operation who may call it, what comes back and what can go wrong', async () => {
    const operations = await documented();
    expect(operations.size).toBeGreaterThan(40);
    for (const [route, operation] of operations) {
      const statuses = Object.keys(operation.responses);
      expect([route, statuses.some((status) => status.startsWith('2'))]).toEqual([route, true]);
      expect([route, statuses]).toEqual([route, expect.arrayContaining(['400', '500'])]);
      expect(operation.description).toMatch(/Permission: `\w+:\w+`|Available to every|Requires no authentication/);
    }
    expect(new Set([...operations.values()].map(({ operationId }) => operationId)).size).toBe(operations.size);
  });

  /** Threat: a route that someone forgot to protect. */
  it('answers a stranger nothing, on any operation that is not public', async () => {
    const stranger = new RestClient(sharedServer().baseUrl);
    for (const [route, { security }] of await documented()) {
      if (security.length === 0 || route === 'POST /v1/accounts') continue;
      const [method, path] = route.split(' ') as [string, string];
      const filled = path.replace(/\{\w+\}/g, 'x');
      const answer = await stranger.call(method, filled, method === 'GET' || method === 'DELETE' ? undefined : {});
      expect([route, answer.status, answer.body.code]).toEqual([route, 401, 'MissingAuthenticationToken']);
    }
  });
});

describe('answers', () => {
  it.each(['/healthz', '/sign-in', '/v1/users', '/access/v1/evaluation', '/'])(
    'carry a request id and headers that keep browsers safe: %s',
    async (path) => {
      const { headers } = await new RestClient(sharedServer().baseUrl).get(path);
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('strict-transport-security')).toContain('max-age=31536000');
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    },
  );
  it('say that a server is healthy, ready, and with which keys its tokens are verified', async () => {
    const client = new RestClient(sharedServer().baseUrl);
    expect((await client.get('/healthz')).body).toEqual({ status: 'ok' });
    expect((await client.get('/readyz')).body).toEqual({ status: 'ok' });
    const { keys } = (await client.get('/.well-known/jwks.json')).body as { keys: object[] };
    expect(keys[0]).toMatchObject({ kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig' });
    expect(keys[0]).not.toHaveProperty('d');
  });

  it('show the API page', async () => {
    const page = await fetch(`${sharedServer().baseUrl}/docs`);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('swagger-ui')]);
  });
});
