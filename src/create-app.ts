import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import { type FastifyBaseLogger, type FastifyInstance, type FastifyReply, LogController } from 'fastify';
import { OperationRegistry } from './operations/operation-registry.js';
import { OperationPipeline } from './operations/pipeline.js';
import { DeclaredRoutes } from './doors/rest/declared-routes.js';
import { writeProblem } from './doors/rest/write-problem.js';
import { AppModule } from './app.module.js';
import { Clock } from './kernel/clock/clock.js';
import { ApiError } from './kernel/errors/errors.js';
import type { Settings } from './kernel/config/settings.js';
import { openApiDocument } from './doors/openapi/openapi-document.js';
import { registerAwsDoor } from './doors/aws/aws-door.js';
import { LandingPage } from './doors/pages/landing-page.service.js';
import { registerAdmission } from './doors/http/admission.js';
import { registerBodyParsers } from './doors/http/body-parsers.js';
import { createLogger, NestLogger } from './doors/http/logger.js';
import { requirePlainUrls } from './doors/http/plain-url.js';
import { logRequests } from './doors/http/request-log.js';
import { setSecurityHeaders } from './doors/http/security-headers.js';

const BODY_LIMIT = 1024 * 1024;
/** Milliseconds within which a client must send its whole request. */
const REQUEST_TIMEOUT = 30_000;
/** Milliseconds between checks for slower clients. */
const CHECKING_INTERVAL = 5_000;
/** ARNs of up to 2,048 characters are percent-encoded in paths, which can triple their length. */
const MAXIMUM_PARAMETER_LENGTH = 6144;

/**
 * The whole server, ready to listen. Its database is up, its operations are registered, and every route is declared.
 */
export async function createApp(settings: Settings): Promise<NestFastifyApplication> {
  const logger = createLogger(settings);
  const adapter = new FastifyAdapter({
    skipMiddie: true,
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    // Log lines contain the request ID: a logger per request would cost more than all its lines.
    childLoggerFactory: (parent: FastifyBaseLogger) => parent,
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT,
    http: { connectionsCheckingInterval: CHECKING_INTERVAL, headersTimeout: REQUEST_TIMEOUT },
    routerOptions: { maxParamLength: MAXIMUM_PARAMETER_LENGTH },
    // URLs that the router cannot decode never reach a hook.
    frameworkErrors: (_error: unknown, _request: unknown, reply: FastifyReply) => writeProblem(reply, undecodable()),
    forceCloseConnections: 'idle',
    trustProxy: settings.trustProxy ?? false,
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(settings), adapter, {
    logger: new NestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  const server: FastifyInstance = adapter.getInstance();
  const routes = new DeclaredRoutes(server);
  requirePlainUrls(server);
  registerBodyParsers(server);
  setSecurityHeaders(server, settings);
  logRequests(server, logger);
  registerAdmission(server, settings);
  if (settings.docs) {
    SwaggerModule.setup('docs', app, () => describeApi(app, settings), {
      jsonDocumentUrl: 'docs/openapi.json',
      yamlDocumentUrl: 'docs/openapi.yaml',
    });
  }
  const registry = app.get(OperationRegistry);
  const pipeline = app.get(OperationPipeline);
  const landing = app.get(LandingPage);
  const clock = app.get(Clock);
  registerAwsDoor(server, registry, pipeline, clock, (http, reply) => landing.show(http, reply));
  await app.init();
  routes.lead(registry, pipeline, clock, settings.publicUrl);
  return app;
}

function describeApi(app: NestFastifyApplication, settings: Settings) {
  return openApiDocument(app.get(OperationRegistry).all(), packageVersion(), settings.publicUrl);
}

function undecodable(): ApiError {
  return new ApiError('MalformedRequest', 'The URL contains an invalid percent-encoding.');
}

function packageVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
