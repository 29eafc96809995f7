import { readdirSync, readFileSync } from 'node:fs';
import { type ContextEntry, SimulateCustomPolicyCommand } from '@aws-sdk/client-iam';
import { parseArn } from '../../src/kernel/arn.js';
import { type CaseFile, caseFile, toPrincipal } from '../../packages/policy-engine/test/support/case-file.js';
import { sharedServer } from '../support/shared-server.js';
import { newTenant, type Tenant } from '../support/tenant.js';

/**
 * The engine's corpus as simulator requests, through the SDK: cases that can be expressed there get the same verdict.
 * Simulator requests have no sessions, organizations or trust policies, and only users as callers.
 */
const folder = new URL('../../packages/policy-engine/test/corpus/', import.meta.url);
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.json'))
  .sort();

type Case = CaseFile['cases'][number];

let tenant: Tenant;
let simulated = 0;

beforeAll(async () => {
  tenant = await newTenant(sharedServer().baseUrl);
});

for (const file of files) {
  const { onlyStored, policies, cases } = caseFile.parse(JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
  const expressible = !onlyStored && canBeSaid(policies) ? cases.filter(hasUserAndOwner) : [];
  if (expressible.length === 0) continue;

  it(file, async () => {
    const verdicts = [];
    for (const one of expressible) {
      const { EvaluationResults: [result] = [] } = await tenant.iam.send(
        new SimulateCustomPolicyCommand(toInput(policies, one)),
      );
      verdicts.push({ name: one.name, verdict: result?.EvalDecision });
    }
    expect(verdicts).toEqual(expressible.map(({ name, verdict }) => ({ name, verdict })));
    simulated += expressible.length;
  });
}

it('could say most of the corpus', () => expect(simulated).toBeGreaterThan(200));

function canBeSaid({ trust, session, serviceControl, resourceControl }: CaseFile['policies']): boolean {
  return !trust && !session && !serviceControl && !resourceControl;
}

function hasUserAndOwner({ principal, resource, resourceAccountId, action, context }: Case): boolean {
  const owner = parseArn(resource)?.accountId;
  return (
    toPrincipal(principal).type === 'user' &&
    (resourceAccountId === undefined || !owner || owner === resourceAccountId) &&
    (resource === '*' || parseArn(resource) !== undefined) &&
    /^[A-Za-z0-9-]+:[A-Za-z0-9]+$/.test(action) &&
    Object.keys(context).every((key) => key.length >= 5)
  );
}

function toInput(policies: CaseFile['policies'], { principal, action, resource, resourceAccountId, context }: Case) {
  const { identity, resource: resourcePolicy, permissionsBoundary } = policies;
  const caller = toPrincipal(principal) as { arn: string };
  return {
    PolicyInputList: identity.map((policy) => JSON.stringify(policy)),
    ActionNames: [action],
    ResourceArns: [resource],
    CallerArn: caller.arn,
    ContextEntries: Object.entries(context).map(toEntry),
    ...(resourceAccountId === undefined ? {} : { ResourceOwner: `arn:aws:iam::${resourceAccountId}:root` }),
    ...(resourcePolicy ? { ResourcePolicy: JSON.stringify(resourcePolicy) } : {}),
    ...(permissionsBoundary ? { PermissionsBoundaryPolicyInputList: [JSON.stringify(permissionsBoundary)] } : {}),
  };
}

function toEntry([key, value]: [string, string | string[]]): ContextEntry {
  return {
    ContextKeyName: key,
    ContextKeyType: Array.isArray(value) ? 'stringList' : 'string',
    ContextKeyValues: Array.isArray(value) ? value : [value],
  };
}
