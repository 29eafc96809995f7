import { type CompiledPolicy, compilePolicy, parsePolicy } from 'gatehouse-policy-engine';
import type { Caller } from '../actions/caller.js';

/** Operations that a service may call without any permission. */
const OPEN = ['sts:GetCallerIdentity', 'gatehouse:GetSession'];

/**
 * Operations that a service may call in any account: it can change only its own workloads and the policies of its own
 * resources there.
 */
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

/** The trust policy of the role decides. */
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

/** All operations for services of the platform. Everything else is denied, whatever policies say. */
export function isOfServices(permission: string): boolean {
  return all.has(permission);
}

/** The policy on the resource's side when a service acts on a resource without its own policy. */
export function servicePermissions({ principal }: Caller): CompiledPolicy | undefined {
  return principal.type === 'service' ? granted : undefined;
}
