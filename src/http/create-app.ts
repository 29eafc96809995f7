import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import { type FastifyInstance, type FastifyRequest, LogController } from 'fastify';
import { OperationRegistry } from '../access/operations/operation-registry.js';
import { AppModule } from '../app.module.js';
import type { Settings } from '../config/settings.js';
import { openApiDocument } from '../openapi/openapi-document.js';
import { registerAdmission } from './admission.js';
import { registerBodyParsers } from './body-parsers.js';
import { createLogger, NestLogger } from './logger.js';

const BODY_LIMIT = 1024 * 1024;
/** Milliseconds in which a client must have sent its whole request. */
const REQUEST_TIMEOUT = 30_000;
/** Milliseconds between two looks for those who took longer. */
const CHECKING_INTERVAL = 5_000;
/** Names, ids and ARNs are percent-encoded in paths: 512 characters of path become three times as many. */
const MAXIMUM_PARAMETER_LENGTH = 2048;

/** The whole server, ready to listen. Its database is up, its operations are known, every route is declared. */
export async function createApp(settings: Settings): Promise<NestFastifyApplication> {
  const logger = createLogger(settings);
  const adapter = new FastifyAdapter({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT,
    http: { connectionsCheckingInterval: CHECKING_INTERVAL, headersTimeout: REQUEST_TIMEOUT },
    routerOptions: { maxParamLength: MAXIMUM_PARAMETER_LENGTH },
    forceCloseConnections: 'idle',
    trustProxy: settings.trustProxy ?? false,
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(settings), adapter, {
    logger: new NestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  const server: FastifyInstance = adapter.getInstance();
  registerBodyParsers(server);
  await server.register(cookie);
  await server.register(helmet, { contentSecurityPolicy: { directives: contentSecurityPolicy(settings) } });
  logRequests(server);
  registerAdmission(server, settings);
  SwaggerModule.setup('docs', app, () => describeApi(app, settings), {
    jsonDocumentUrl: 'docs/openapi.json',
    yamlDocumentUrl: 'docs/openapi.yaml',
  });
  await app.init();
  return app;
}

function describeApi(app: NestFastifyApplication, settings: Settings) {
  return openApiDocument(app.get(OperationRegistry).all(), packageVersion(), settings.publicUrl);
}

function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** The API page needs its own script inline; nothing is loaded from elsewhere. */
function contentSecurityPolicy(settings: Settings) {
  return {
    defaultSrc: ["'self'"],
    scriptSrc: ["'self'", "'unsafe-inline'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    frameAncestors: ["'none'"],
    upgradeInsecureRequests: settings.publicUrl.startsWith('https:') ? [] : null,
  };
}

/** The decision API gives the asker's own id back (AuthZEN 1.0, "Request Identification in a Response"); logs keep ours. */
function answeredRequestId({ id, url, headers }: FastifyRequest): string {
  const given = headers['x-request-id'];
  return url.startsWith('/access/v1/') && typeof given === 'string' && given !== '' ? given : id;
}

/** One line per request, without the query string: a presigned one holds a signature. */
function logRequests(server: FastifyInstance): void {
  server.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', answeredRequestId(request));
    reply.header('cache-control', 'no-store');
  });
  server.addHook('onResponse', async (request, reply) => {
    const { method, id: requestId, ip } = request;
    const path = request.url.split('?', 1)[0];
    const milliseconds = Math.round(reply.elapsedTime * 10) / 10;
    request.log.info({ requestId, method, path, status: reply.statusCode, milliseconds, ip }, 'request');
  });
}
