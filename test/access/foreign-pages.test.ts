import type { Browser, BrowserContext, Page } from 'playwright-core';
import { accountRows } from '../support/account-rows.js';
import { hasBrowser, startBrowser } from '../support/browser.js';
import { type ExampleCall, exampleCalls, queryParameters } from '../support/example-calls.js';
import { type ForgedRequest, startForeignSite } from '../support/foreign-site.js';
import { sharedServer } from '../support/shared-server.js';
import { newTenant, type Tenant } from '../support/tenant.js';

/**
 * Threat: an administrator who is signed in opens a page of an attacker, which makes the browser send every operation
 * through every door, in all the ways that pages have.
 */

/** Milliseconds: hundreds of requests by a browser. */
const LONG = 600_000;
const enctypes = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'];

let browser: Browser;
let server: ReturnType<typeof sharedServer>;
let tenant: Tenant;
let site: Awaited<ReturnType<typeof startForeignSite>>;
let calls: ExampleCall[];

(hasBrowser ? describe : describe.skip)('pages of other origins', () => {
  beforeAll(async () => {
    server = sharedServer();
    // A process per frame would take most of the time. It does not affect which cookies are sent.
    browser = await startBrowser(['--disable-features=IsolateOrigins,site-per-process']);
    site = await startForeignSite();
    tenant = await newTenant(server.baseUrl);
    calls = await exampleCalls(server.baseUrl);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.stop();
  });

  let context: BrowserContext;
  let page: Page;

  beforeEach(async () => {
    context = await browser.newContext();
    page = await context.newPage();
    await page.goto(`${server.baseUrl}/sign-in?root`);
    await page.getByLabel('Email address of the root user').fill(tenant.email);
    await page.getByLabel('Password').fill(tenant.password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.waitForURL('**/signed-in');
  });
  afterEach(() => context.close());

  /** The browser must still be signed in, or the test would prove nothing. */
  async function expectSignedIn(): Promise<void> {
    await page.goto(`${server.baseUrl}/signed-in`);
    expect(new URL(page.url()).pathname).toBe('/signed-in');
    expect((await page.request.get(`${server.baseUrl}/v1/session`)).status()).toBe(200);
  }

  async function follow(host: string, link: string): Promise<void> {
    await page.goto(`http://${host}:${site.port}/?to=${encodeURIComponent(link)}`);
    await Promise.all([
      page.waitForURL(({ port }) => port === new URL(server.baseUrl).port, { waitUntil: 'commit', timeout: 10_000 }),
      page.getByRole('link').click({ noWaitAfter: true }),
    ]);
  }

  /** Follows the links of one page, each in a new tab. */
  async function followInTabs(host: string, links: readonly string[]): Promise<void> {
    await page.goto(`http://${host}:${site.port}/`);
    for (const link of links) {
      const { href } = new URL(link);
      await Promise.all([
        context.waitForEvent('response', (response) => response.url() === href),
        page.evaluate(clickLink, href),
      ]);
      for (const tab of context.pages()) if (tab !== page) await tab.close();
    }
  }

  // Another port is another origin of the same site, to which the browser sends even a strict cookie.
  describe.each(['127.0.0.1', 'localhost'])('under the name %s', (host) => {
    beforeEach(() => page.goto(`http://${host}:${site.port}/`));

    it.each([
      ['images and scripts', awsRequests, restRequests],
      ['forms', awsForms, restForms],
    ])(
      'change nothing by %s',
      async (_, ...kinds) => {
        const requests = calls.flatMap((call) => kinds.flatMap((kind) => kind(call)));
        expect(requests.length).toBeGreaterThan(300);
        const before = await accountRows(server.dataDirectory, tenant.accountId);
        expect(await page.evaluate(send, requests)).toBe(requests.length);
        expect(await accountRows(server.dataDirectory, tenant.accountId)).toEqual(before);
        await expectSignedIn();
      },
      LONG,
    );

    it(
      'change nothing by links',
      async () => {
        const links = calls.flatMap((call) => awsLinks(call));
        const before = await accountRows(server.dataDirectory, tenant.accountId);
        await followInTabs(host, links);
        expect(await accountRows(server.dataDirectory, tenant.accountId)).toEqual(before);
        await expectSignedIn();
      },
      LONG,
    );
  });

  it('lead to the page of the session by a link, without a second sign-in', async () => {
    for (const path of ['/signed-in', '/']) {
      await follow('localhost', server.baseUrl + path);
      await page.getByText(`arn:aws:iam::${tenant.accountId}:root`).waitFor();
    }
  });
});

function clickLink(href: string): void {
  const { document } = globalThis as unknown as { document: { createElement(name: 'a'): { click(): void } } };
  Object.assign(document.createElement('a'), { href, target: '_blank' }).click();
}

function send(requests: ForgedRequest[]): Promise<number> {
  const page = globalThis as unknown as { sendForged(requests: ForgedRequest[]): Promise<number> };
  return page.sendForged(requests);
}

function fieldsOf(body: object | undefined): [string, string][] {
  return Object.entries(body ?? {}).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
}

function awsLinks(call: ExampleCall): string[] {
  const parameters = queryParameters(call);
  return parameters && !call.isPublic ? [`${server.baseUrl}/?${parameters.toString()}`] : [];
}

function awsRequests(call: ExampleCall): ForgedRequest[] {
  const body = queryParameters(call)?.toString() ?? '';
  return awsLinks(call).flatMap((url): ForgedRequest[] => [
    { how: 'image', method: 'GET', url },
    { how: 'fetch', method: 'HEAD', mode: 'no-cors', url },
    { how: 'fetch', method: 'POST', mode: 'no-cors', url: `${server.baseUrl}/`, body },
  ]);
}

function awsForms(call: ExampleCall): ForgedRequest[] {
  const fields = [...(queryParameters(call) ?? [])];
  const url = `${server.baseUrl}/`;
  return awsLinks(call).flatMap(() =>
    enctypes.map((enctype): ForgedRequest => ({ how: 'form', method: 'post', url, enctype, fields })),
  );
}

function restRequests({ method, path, query, body }: ExampleCall): ForgedRequest[] {
  const url = server.baseUrl + path + query;
  if (method === 'GET') return [{ how: 'image', method, url }];
  const json = body === undefined ? {} : { body: JSON.stringify(body) };
  const direct: ForgedRequest = { how: 'fetch', method, mode: 'cors', url, ...json };
  if (method !== 'POST') return [direct];
  const inQuery = new URLSearchParams(fieldsOf(body)).toString();
  return [
    direct,
    { ...direct, mode: 'no-cors' },
    { how: 'fetch', method, mode: 'no-cors', url: `${server.baseUrl}${path}?${inQuery}` },
  ];
}

function restForms({ method, path, query, body }: ExampleCall): ForgedRequest[] {
  if (method !== 'GET' && method !== 'POST') return [];
  const form = { how: 'form', method: method.toLowerCase(), url: server.baseUrl + path + query } as const;
  if (method === 'GET') return [form];
  const json = JSON.stringify({ ...body, x: 0 });
  // The whole body as the name of a field: `{…,"x":"="}` is JSON.
  const disguised: [string, string][] = [[json.replace(/0\}$/, '"'), '"}']];
  return [
    ...enctypes.map((enctype) => ({ ...form, enctype, fields: fieldsOf(body) })),
    { ...form, enctype: 'text/plain', fields: disguised },
  ];
}
