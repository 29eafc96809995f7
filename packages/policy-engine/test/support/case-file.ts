import { z } from 'zod';
import type { RequestPrincipal } from '../../src/index.js';
import type { NaivePolicy } from '../naive/policy.js';

const policy = z.looseObject({
  Statement: z.union([z.array(z.looseObject({})), z.looseObject({})]),
}) as unknown as z.ZodType<NaivePolicy>;

const policySet = z.strictObject({
  identity: z.array(policy).default([]),
  resource: policy.optional(),
  trust: policy.optional(),
  permissionsBoundary: policy.optional(),
  session: z.array(policy).optional(),
  serviceControl: z.array(z.array(policy)).optional(),
  resourceControl: z.array(z.array(policy)).optional(),
});

const contextValue = z.union([z.string(), z.array(z.string())]);

const decisionCase = z.strictObject({
  /** The subject of this case, as a clause: "a user whom the boundary does not allow". */
  name: z.string(),
  /** `user:111111111111/ana`, `role:111111111111/reader/session`, `root:111111111111`, …; see `toPrincipal`. */
  principal: z.string(),
  action: z.string(),
  resource: z.string().default('*'),
  resourceAccountId: z.string().optional(),
  context: z.record(z.string(), contextValue).default({}),
  verdict: z.enum(['allowed', 'explicitDeny', 'implicitDeny']),
  layer: z
    .enum(['identity', 'resource', 'permissionsBoundary', 'session', 'serviceControl', 'resourceControl', 'trust'])
    .optional(),
  /** Sids of the deciding statements. */
  sids: z.array(z.string()).optional(),
});

/** One file: a rule, policies for it, and requests with the expected results. Unknown keys are refused. */
export const caseFile = z.strictObject({
  rule: z.string(),
  /** The page of AWS's documentation. */
  source: z.string(),
  /** New policies like these are refused; the cases show how stored ones decide. */
  onlyStored: z.literal(true).optional(),
  policies: policySet,
  cases: z.array(decisionCase).min(1),
});

export type CaseFile = z.output<typeof caseFile>;

/**
 * `root:<account>`, `user:<account>/<name>`, `role:<account>/<role>/<session>` (`@<provider>` behind it for a federated
 * session), `federated:<account>/<name>/<user or root>`, `service:<name>`, `provider:<name>`, `anonymous`.
 */
export function toPrincipal(text: string): RequestPrincipal {
  const [type, ...rest] = text.split(':');
  const [ids = '', federatedProvider] = rest.join(':').split('@');
  const [accountId = '', name = '', third = ''] = ids.split('/');
  switch (type) {
    case 'anonymous':
      return { type };
    case 'root':
      return { type, accountId, arn: `arn:aws:iam::${accountId}:root` };
    case 'user':
      return { type, accountId, arn: `arn:aws:iam::${accountId}:user/${name}` };
    case 'role':
      return {
        type: 'assumedRole',
        accountId,
        arn: `arn:aws:sts::${accountId}:assumed-role/${name}/${third}`,
        roleArn: `arn:aws:iam::${accountId}:role/${name}`,
        ...(federatedProvider === undefined ? {} : { federatedProvider }),
      };
    case 'federated':
      return {
        type: 'federatedUser',
        accountId,
        arn: `arn:aws:sts::${accountId}:federated-user/${name}`,
        userArn: `arn:aws:iam::${accountId}:${third === 'root' ? 'root' : `user/${third}`}`,
      };
    case 'service':
      return { type, names: [rest.join(':')] };
    case 'provider':
      return { type: 'federatedIdentity', provider: rest.join(':') };
    default:
      throw new Error(`${text} is no principal`);
  }
}
