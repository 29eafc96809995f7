import { type CompiledPolicy, compilePolicy, parsePolicy } from 'gatehouse-policy-engine';
import type { Caller } from '../actions/caller.js';

/** What a service is told without any permission. */
const OPEN = ['sts:GetCallerIdentity', 'gatehouse:GetSession'];

/** What a service may in any account: its own workloads and the policies of its own resources are all that it can change there. */
const GRANTED = [
  'gatehouse:Evaluate',
  'gatehouse:CheckPassRole',
  'gatehouse:PutResourcePolicy',
  'gatehouse:GetResourcePolicy',
  'gatehouse:DeleteResourcePolicy',
  'gatehouse:RegisterWorkload',
  'gatehouse:GetWorkload',
  'gatehouse:ListWorkloads',
  'gatehouse:RenewWorkloadToken',
  'gatehouse:DeregisterWorkload',
];

/** A role's trust policy decides. */
const BY_TRUST = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];

const all = new Set([...OPEN, ...GRANTED, ...BY_TRUST]);

const granted = compilePolicy(
  parsePolicy(
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Sid: 'Services', Effect: 'Allow', Principal: '*', Action: GRANTED, Resource: '*' }],
    }),
    'resource',
  ),
  { id: 'ServicePermissions', type: 'resource' },
);

/** Everything that the platform's services are for; nothing else is theirs, whatever policies say. */
export function isOfServices(permission: string): boolean {
  return all.has(permission);
}

/** The policy that stands on the resource's side when a service asks for what has no policy of its own. */
export function servicePermissions({ principal }: Caller): CompiledPolicy | undefined {
  return principal.type === 'service' ? granted : undefined;
}
