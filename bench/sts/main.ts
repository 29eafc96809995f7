/**
 * `npm run bench -- sts`: the cost of verifying a request with a session token, compared with a long-term key, and of
 * assuming a role. All kinds alternate (ROUNDS of REQUESTS each). The server's own processor time counts: unlike the
 * rate, it does not depend on other programs. The goal: a session token within 1.5 times a key.
 */
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { type RawAwsRequest, sendRaw, signAwsRequest } from '../../test/support/raw-aws-request.js';
import { closeRunDirectory, openRunDirectory } from '../../test/support/run-directory.js';
import { startServer } from '../../test/support/server.js';
import { type AccessKey, allow, newTenant } from '../../test/support/tenant.js';
import { trust } from '../../test/support/trust.js';

const rounds = Number(process.env.ROUNDS ?? 8);
const requests = Number(process.env.REQUESTS ?? 1500);
const inFlight = 16;
const version = '2011-06-15';

interface Kind {
  readonly key: AccessKey;
  readonly parameters: Record<string, string>;
  /** Of the server's processor time, per request. */
  readonly microseconds: number[];
  readonly perSecond: number[];
}

await openRunDirectory();
const server = await startServer({ environment: { LOG_LEVEL: 'warn' } });
try {
  const tenant = await newTenant(server.baseUrl);
  const user = await tenant.addUser('ana', allow('sts:AssumeRole'));
  const { body } = await tenant.rest.post('/v1/roles', {
    roleName: 'worker',
    assumeRolePolicyDocument: trust({ AWS: tenant.accountId }),
  });
  const role = { RoleArn: body.role.arn as string, RoleSessionName: 'bench' };
  const { Credentials: given } = await user.sts.send(new AssumeRoleCommand(role));
  const session: AccessKey = {
    accessKeyId: given!.AccessKeyId!,
    secretAccessKey: given!.SecretAccessKey!,
    sessionToken: given!.SessionToken!,
  };
  const whoAmI = { Version: version, Action: 'GetCallerIdentity' };
  const kind = (key: AccessKey, parameters: Record<string, string>): Kind => ({
    key,
    parameters,
    microseconds: [],
    perSecond: [],
  });
  const kinds = {
    'GetCallerIdentity, long-term key': kind(user.accessKey, whoAmI),
    'GetCallerIdentity, session token': kind(session, whoAmI),
    AssumeRole: kind(user.accessKey, { Version: version, Action: 'AssumeRole', ...role }),
  };
  for (const each of Object.values(kinds)) await run(server.baseUrl, each);
  for (const each of Object.values(kinds)) each.microseconds.length = each.perSecond.length = 0;
  for (let round = 0; round < rounds; round += 1) {
    for (const each of Object.values(kinds)) await run(server.baseUrl, each);
  }
  const base = median(kinds['GetCallerIdentity, long-term key'].microseconds);
  console.log('| request | a second | processor time | against the key |\n| --- | --- | --- | --- |');
  for (const [name, { perSecond, microseconds }] of Object.entries(kinds)) {
    const time = median(microseconds);
    const cells = [name, median(perSecond).toFixed(0), `${time.toFixed(0)} µs`, `${(time / base).toFixed(2)} ×`];
    console.log(`| ${cells.join(' | ')} |`);
  }
  const ratio = median(kinds['GetCallerIdentity, session token'].microseconds) / base;
  console.log(`\nA session token: ${ratio.toFixed(2)} × a key (goal: 1.5 ×), ${ratio <= 1.5 ? 'met' : 'NOT met'}.`);
} finally {
  await server.stop();
  await closeRunDirectory();
}

/** Signs in advance, so that only the server's time is measured. */
async function run(baseUrl: string, { key, parameters, microseconds, perSecond }: Kind): Promise<void> {
  const signed: RawAwsRequest[] = [];
  for (let index = 0; index < requests; index += 1) {
    signed.push(await signAwsRequest(baseUrl, key, parameters, { service: 'sts' }));
  }
  const before = await processorSeconds(baseUrl);
  const started = performance.now();
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      for (let next = signed.pop(); next; next = signed.pop()) {
        const { status, text } = await sendRaw(baseUrl, next);
        if (status !== 200) throw new Error(text);
      }
    }),
  );
  perSecond.push(requests / ((performance.now() - started) / 1000));
  microseconds.push(((await processorSeconds(baseUrl)) - before) * (1e6 / requests));
}

async function processorSeconds(baseUrl: string): Promise<number> {
  const metrics = await (await fetch(`${baseUrl}/metrics`)).text();
  return Number(/^process_cpu_seconds_total (\S+)/m.exec(metrics)![1]);
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[values.length >> 1]!;
}
