import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Sha256 } from '@aws-crypto/sha256-js';
import { Body, Controller, Get, Module, Post, Req } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { SignatureV4 } from '@smithy/signature-v4';
import fastify from 'fastify';
import { gatehouseGuard } from '../../packages/guard/src/fastify.js';
import type { GatehouseOptions } from '../../packages/guard/src/gatehouse.js';
import { Gatehouse, GatehouseGuard, Permission, Public, type ServiceRequest } from '../../packages/guard/src/nest.js';
import { newService, type TestService } from '../support/services.js';
import { sharedServer } from '../support/shared-server.js';
import { type AccessKey, allow, managementTenant, newTenant, type Tenant } from '../support/tenant.js';

interface Shop {
  readonly url: string;
  close(): Promise<unknown>;
}

let tenant: Tenant;
let service: TestService;
let token: string;
let buyer: { readonly arn: string; readonly accessKey: AccessKey };
const shops: Shop[] = [];

beforeAll(async () => {
  const { baseUrl } = sharedServer();
  tenant = await newTenant(baseUrl);
  service = await newService(await managementTenant(baseUrl));
  const { prefix } = service;
  const password = 'Buyer-password-1234';
  buyer = await tenant.addUser('buyer', allow(`${prefix}:GetOrder`, `${prefix}:CreateOrder`));
  await tenant.rest.post('/v1/users/buyer/login-profile', { password });
  const account = tenant.accountId;
  const { body } = await tenant.rest.post('/v1/sign-in', { account, userName: 'buyer', password });
  token = body.accessToken as string;
});
afterAll(() => Promise.all(shops.map((shop) => shop.close())));

const options = (): GatehouseOptions => ({
  url: sharedServer().baseUrl,
  service: service.prefix,
  credentials: service.accessKey,
});
const orderArn = (number: string) => `arn:aws:${service.prefix}:eu-1:${tenant.accountId}:order/${number}`;

async function fastifyShop(more: Partial<GatehouseOptions> = {}): Promise<Shop> {
  const app = fastify();
  await app.register(gatehouseGuard, { ...options(), ...more });
  const needs = (name: string) => {
    const resource = ({ params }: { params: unknown }) => orderArn((params as { id?: string }).id ?? '*');
    return { config: { gatehouse: { action: `${service.prefix}:${name}`, resource } } };
  };
  app.get('/orders/:id', needs('GetOrder'), ({ principal }) => ({ by: principal?.arn ?? null }));
  app.delete('/orders/:id', needs('DeleteOrder'), () => ({}));
  app.post('/orders', needs('CreateOrder'), ({ body, principal }) => ({ body, by: principal?.arn ?? null }));
  app.get('/open', { config: { gatehouse: 'public' } }, () => ({ open: true }));
  const shop = { url: await app.listen({ port: 0, host: '127.0.0.1' }), close: () => app.close() };
  shops.push(shop);
  return shop;
}

async function nestShop(): Promise<Shop> {
  const { prefix } = service;
  @Controller()
  class OrdersController {
    @Get('/orders/:id')
    @Permission(`${prefix}:GetOrder`, ({ params }) => orderArn(params['id']!))
    get(@Req() request: unknown) {
      return { by: (request as ServiceRequest).principal?.arn ?? null };
    }

    @Post('/orders')
    @Permission(`${prefix}:CreateOrder`, () => orderArn('*'))
    create(@Body() body: unknown, @Req() request: unknown) {
      return { body, by: (request as ServiceRequest).principal?.arn ?? null };
    }

    @Get('/open')
    @Public()
    open() {
      return { open: true };
    }

    @Get('/forgotten')
    forgotten() {
      return {};
    }
  }
  @Module({
    controllers: [OrdersController],
    providers: [
      { provide: Gatehouse, useValue: new Gatehouse(options()) },
      { provide: APP_GUARD, useClass: GatehouseGuard },
    ],
  })
  class ShopModule {}
  const app = await NestFactory.create<NestFastifyApplication>(ShopModule, new FastifyAdapter(), {
    rawBody: true,
    logger: false,
  });
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const shop = { url: `http://127.0.0.1:${port}`, close: () => app.close() };
  shops.push(shop);
  return shop;
}

const bearer = (accessToken: string) => ({ headers: { authorization: `Bearer ${accessToken}` } });

async function signed(shop: Shop, method: string, path: string, body?: object, signedFor = service.prefix) {
  const url = new URL(path, shop.url);
  const signer = new SignatureV4({
    credentials: buyer.accessKey,
    region: 'eu-1',
    service: signedFor,
    sha256: Sha256,
  });
  const text = body === undefined ? {} : { body: JSON.stringify(body) };
  const { headers } = await signer.sign({
    method,
    protocol: 'http:',
    hostname: url.hostname,
    port: Number(url.port),
    path: url.pathname,
    headers: { host: url.host, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...text,
  });
  return { method, headers, ...text };
}

describe.each([
  ['Fastify', () => fastifyShop()],
  ['Nest', nestShop],
])('a service on %s', (_, open) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await open();
  });
  const call = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(shop.url + path, init);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  it('lets in an access token that may', async () => {
    expect(await call('/orders/1', bearer(token))).toMatchObject({ status: 200, body: { by: null } });
  });

  it('lets in a signature that may, and knows whose it is', async () => {
    const init = await signed(shop, 'GET', '/orders/1');
    expect(await call('/orders/1', init)).toMatchObject({ status: 200, body: { by: buyer.arn } });
    const order = { item: 'chair', count: 2 };
    expect(await call('/orders', await signed(shop, 'POST', '/orders', order))).toMatchObject({
      body: { body: order, by: buyer.arn },
    });
  });

  it('refuses who brings nothing, or nothing good', async () => {
    expect((await call('/orders/1')).status).toBe(401);
    expect((await call('/orders/1', { headers: { authorization: 'Basic YTpi' } })).status).toBe(401);
    expect((await call('/orders/1', bearer('made.up.token'))).status).toBe(403);
    const init = await signed(shop, 'GET', '/orders/1', undefined, 'another-service');
    expect((await call('/orders/1', init)).status).toBe(401);
  });

  /** Threat: a signed request is changed in transit. */
  it('refuses a signed request that was changed', async () => {
    const init = await signed(shop, 'POST', '/orders', { item: 'chair', count: 1 });
    expect((await call('/orders', { ...init, body: JSON.stringify({ item: 'chair', count: 9 }) })).status).toBe(401);
    expect((await call('/orders/2', await signed(shop, 'GET', '/orders/1'))).status).toBe(401);
  });

  it('serves what is public on purpose', async () => {
    expect(await call('/open')).toEqual({ status: 200, body: { open: true } });
    expect((await call('/nowhere')).status).toBe(404);
  });

  it('refuses whom a changed policy no longer allows, at once', async () => {
    const policyDocument = JSON.stringify(allow(`${service.prefix}:CreateOrder`));
    const before = JSON.stringify(allow(`${service.prefix}:GetOrder`, `${service.prefix}:CreateOrder`));
    await tenant.rest.put('/v1/users/buyer/policies/test', { policyDocument });
    expect((await call('/orders/1', bearer(token))).status).toBe(403);
    expect((await call('/orders/1', await signed(shop, 'GET', '/orders/1'))).status).toBe(403);
    await tenant.rest.put('/v1/users/buyer/policies/test', { policyDocument: before });
    expect((await call('/orders/1', bearer(token))).status).toBe(200);
  });
});

describe('when Gatehouse does not answer', () => {
  it('nobody is let in', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as AddressInfo;
    const shop = await fastifyShop({ url: `http://127.0.0.1:${port}`, timeout: 200 });
    expect((await fetch(`${shop.url}/orders/1`, bearer(token))).status).toBe(503);
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
    expect((await fetch(`${shop.url}/orders/1`, bearer(token))).status).toBe(503);
  });

  it('or does not know the service, neither', async () => {
    const credentials = { ...service.accessKey, secretAccessKey: 'wrong' };
    const shop = await fastifyShop({ credentials });
    expect((await fetch(`${shop.url}/orders/1`, bearer(token))).status).toBe(503);
  });
});

it('a signature for another host is refused where hosts are named', async () => {
  const shop = await fastifyShop({ hosts: ['orders.example.com'] });
  expect((await fetch(`${shop.url}/orders/1`, await signed(shop, 'GET', '/orders/1'))).status).toBe(401);
});

/** Threat: a route that someone forgot to protect. */
it('a route that names no permission is not served', async () => {
  const app = fastify();
  await app.register(gatehouseGuard, options());
  expect(() => app.get('/forgotten', () => ({}))).toThrow('must name a permission');
  const shop = await nestShop();
  expect((await fetch(`${shop.url}/forgotten`, bearer(token))).status).toBe(403);
});
