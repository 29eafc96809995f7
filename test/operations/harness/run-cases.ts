import { randomUUID } from 'node:crypto';
import { RestClient } from '../../support/rest-client.js';
import { sharedServer } from '../../support/shared-server.js';
import { managementTenant, newTenant, type Tenant } from '../../support/tenant.js';
import { callRest, callSdk, type Outcome } from './doors.js';
import type { CaseContext, Members, OperationCase } from './operation-case.js';

/**
 * For each case: it works through the SDK and through REST, both deny a user without permissions, and each of its
 * errors is the same through both.
 */
export function runCases(subject: string, cases: readonly OperationCase[]): void {
  describe(subject, () => {
    for (const operationCase of cases) describe(operationCase.operation, () => runCase(operationCase));
  });
}

function runCase(operationCase: OperationCase): void {
  const { operation, arrange, check, errors = {}, asManagement, asUser, undeniable } = operationCase;
  const doors = doorsOf(operationCase);
  let tenant: Tenant;
  let context: CaseContext;
  let caller: CaseCaller;

  beforeAll(async () => {
    const { baseUrl } = sharedServer();
    tenant = asManagement ? await managementTenant(baseUrl) : await newTenant(baseUrl);
    context = contextOf(tenant);
    caller = asUser ? await userOf(tenant, context.unique('caller'), asUser) : tenant;
  });

  it.each(doors)('works through %s', async (door) => {
    const input = await arrange(context);
    const outcome = await callAs(caller, door, operation, input);
    if ('code' in outcome) throw new Error(`${outcome.code}: ${outcome.message}`);
    await check(outcome.output, context, input);
  });

  if (!undeniable) {
    it('is denied to a user without permissions', async () => {
      const input = await arrange(context);
      const user = await tenant.addUser(context.unique('stranger'));
      const { accessKey } = user;
      const outcome =
        doors[0] === 'SDK'
          ? await callSdk(tenant.baseUrl, accessKey, operation, input)
          : await callRest(await restOf(tenant, user.userName), operation, input);
      expect(outcome).toEqual({ code: 'AccessDenied', message: expect.stringContaining(operation) });
    });
  }

  for (const [code, arrangeError] of Object.entries(errors)) {
    it.each(doors)(`fails with ${code} through %s`, async (door) => {
      const outcome = await callAs(caller, door, operation, await arrangeError(context));
      expect(outcome).toMatchObject({ code });
    });
  }
}

type Door = 'SDK' | 'REST';

function doorsOf({ operation, doors }: OperationCase): Door[] {
  if (doors === 'aws') return ['SDK'];
  return doors === 'rest' || operation.startsWith('gatehouse:') ? ['REST'] : ['SDK', 'REST'];
}

/** The caller: usually the root user. */
type CaseCaller = Pick<Tenant, 'rest' | 'accessKey'>;

function callAs({ rest, accessKey }: CaseCaller, door: Door, operation: string, input: Members): Promise<Outcome> {
  if (door === 'REST') return callRest(rest, operation, input);
  return callSdk(rest.baseUrl, accessKey, operation, input);
}

async function userOf(tenant: Tenant, userName: string, policy: object): Promise<CaseCaller> {
  const { accessKey } = await tenant.addUser(userName, policy);
  return { accessKey, rest: await restOf(tenant, userName) };
}

/** A REST client of a user, who gets a password for it. */
async function restOf(tenant: Tenant, userName: string): Promise<RestClient> {
  const password = 'Stranger-pass-1234';
  await tenant.rest.post(`/v1/users/${userName}/login-profile`, { password });
  const stranger = new RestClient(tenant.baseUrl);
  const { body } = await stranger.post('/v1/sign-in', { account: tenant.accountId, userName, password });
  return new RestClient(tenant.baseUrl, body.accessToken as string);
}

function contextOf(tenant: Tenant): CaseContext {
  return {
    tenant,
    unique: (prefix) => `${prefix}-${randomUUID().slice(0, 8)}`,
    async call(operation, input = {}) {
      const outcome = await callRest(tenant.rest, operation, input);
      if ('code' in outcome) throw new Error(`${operation}: ${outcome.code}: ${outcome.message}`);
      return outcome.output;
    },
  };
}
