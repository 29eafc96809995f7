/**
 * One minimal server, named by the first argument; it answers every POST of `PATH` with the bytes and headers of
 * `answer.ts`. It prints its address when it listens and ends when its standard input ends.
 */
import 'reflect-metadata';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Controller, HttpCode, Injectable, Module, Post } from '@nestjs/common';
import type { CallHandler, CanActivate, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import fastify, { type FastifyInstance } from 'fastify';
import { map, type Observable } from 'rxjs';
import { ANSWER, HEADERS, PATH, type ServerName } from './answer.js';

@Controller()
class AnswerController {
  @Post(PATH)
  @HttpCode(200)
  answer() {
    return ANSWER;
  }
}

@Injectable()
class SynchronousGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    context.switchToHttp().getRequest<{ user?: object }>().user = {};
    return true;
  }
}

@Injectable()
class AsynchronousGuard implements CanActivate {
  canActivate(context: ExecutionContext): Promise<boolean> {
    context.switchToHttp().getRequest<{ user?: object }>().user = {};
    return Promise.resolve(true);
  }
}

@Injectable()
class PassingInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    return next.handle().pipe(map((value) => value));
  }
}

const synchronousGuard = { provide: APP_GUARD, useClass: SynchronousGuard };
const asynchronousGuard = { provide: APP_GUARD, useClass: AsynchronousGuard };
const interceptor = { provide: APP_INTERCEPTOR, useClass: PassingInterceptor };

const start: Record<ServerName, () => Promise<string>> = {
  fastify: () => {
    const server = fastify();
    server.post(PATH, (_, reply) => reply.headers(HEADERS).send(JSON.stringify(ANSWER)));
    return server.listen({ port: 0, host: '127.0.0.1' });
  },
  'fastify-hook': () => {
    const server = fastify();
    addHeaders(server);
    server.post(PATH, () => ANSWER);
    return server.listen({ port: 0, host: '127.0.0.1' });
  },
  'node-http': startNodeHttp,
  nest: () => startNest([]),
  'nest-guard': () => startNest([synchronousGuard]),
  'nest-async-guard': () => startNest([asynchronousGuard]),
  'nest-guard-interceptor': () => startNest([synchronousGuard, interceptor]),
};

console.log(await start[process.argv[2] as ServerName]());
process.stdin.once('end', () => process.exit()).resume();

/** Node.js alone: parses the body and writes the response. */
function startNodeHttp(): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      JSON.parse(Buffer.concat(chunks).toString());
      const body = JSON.stringify(ANSWER);
      response.writeHead(200, { ...HEADERS, 'content-length': Buffer.byteLength(body) }).end(body);
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}

async function startNest(providers: object[]): Promise<string> {
  @Module({ controllers: [AnswerController], providers: providers as [] })
  class BenchModule {}

  const adapter = new FastifyAdapter();
  const app = await NestFactory.create<NestFastifyApplication>(BenchModule, adapter, { logger: false });
  addHeaders(adapter.getInstance());
  await app.listen(0, '127.0.0.1');
  return app.getUrl();
}

function addHeaders(server: FastifyInstance): void {
  server.addHook('onRequest', (_, reply, done) => {
    reply.headers(HEADERS);
    done();
  });
}
