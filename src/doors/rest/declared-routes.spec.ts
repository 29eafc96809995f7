import fastify, { type FastifyInstance } from 'fastify';
import type { OperationRegistry } from '../../operations/operation-registry.js';
import type { OperationPipeline } from '../../operations/pipeline.js';
import { DeclaredRoutes } from './declared-routes.js';
import { Clock } from '../../kernel/clock/clock.js';

const noOperations = { all: () => [] } as unknown as OperationRegistry;
const pipeline = {} as OperationPipeline;

let server: FastifyInstance;
let routes: DeclaredRoutes;

beforeEach(() => {
  server = fastify();
  routes = new DeclaredRoutes(server);
});
afterEach(() => server.close());

/** Threat: a plugin, or a quick change, adds a route outside of Nest. */
describe('a route that is neither of an operation nor public', () => {
  beforeEach(() => server.get('/forgotten', () => 'secret'));

  it('stops the start', () => {
    expect(() => routes.lead(noOperations, pipeline, new Clock(), 'http://127.0.0.1')).toThrow('GET /forgotten');
  });

  it('is never answered by its handler', async () => {
    const answer = await fetch(`${await server.listen()}/forgotten`);
    expect(answer.ok).toBe(false);
    expect(await answer.text()).not.toContain('secret');
  });
});

it('a public route is answered by its handler', async () => {
  server.get('/open', { config: { isPublic: true } }, () => 'open');
  routes.lead(noOperations, pipeline, new Clock(), 'http://127.0.0.1');
  expect(await (await fetch(`${await server.listen()}/open`)).text()).toBe('open');
});
