/** The response of every server in this benchmark: an allowed decision with the headers that Gatehouse sets. */
export const PATH = '/access/v1/evaluation';

export const ANSWER = {
  decision: true,
  context: {
    reason: 'orders:GetOrder is allowed.',
    verdict: 'allowed',
    statements: [{ policy: 'user_buyer_p', policyType: 'identity', index: 0 }],
  },
};

export const HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
};

export const SERVERS = {
  fastify: 'bare Fastify route',
  'fastify-hook': 'Fastify route, headers set in a hook',
  'node-http': 'node:http alone, body parsed',
  nest: 'Nest route',
  'nest-guard': 'Nest route and guard',
  'nest-async-guard': 'Nest route and asynchronous guard',
  'nest-guard-interceptor': 'Nest route, guard and interceptor',
} as const;

export type ServerName = keyof typeof SERVERS;
