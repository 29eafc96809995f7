import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../operations/declaration.js';
import { TimeSlices } from '../../kernel/time-slices.js';
import { tagsColumn } from '../../kernel/tags.js';
import type { Identity } from '../../generated/prisma/client.js';
import { identityArn } from '../../iam/resources/identity.target.js';
import { boundaryDocument, grantedPolicies } from '../../iam/policies/granted-policies.js';
import type { PolicySource } from 'gatehouse-policy-engine';
import { anybody, type SimulatedSource } from './read-simulation.js';
import { readPolicy, type SimulatedPolicy } from './simulated-policies.js';
import type { Simulation } from './simulation.js';

type Scope = Pick<OperationContext<Identity>, 'tx' | 'accountId' | 'partition' | 'target'>;

/** Users, groups and roles as input of the simulator. */
@Injectable()
export class PrincipalSourceService {
  async find({ tx, accountId, partition, target }: Scope): Promise<SimulatedSource> {
    const boundary = await boundaryDocument(tx, target);
    return {
      principal: toPrincipal(target, partition),
      policies: {
        identity: await this.policies({ tx, accountId, partition, target }),
        ...(boundary
          ? {
              permissionsBoundary: readPolicy(
                boundary.document,
                'identity',
                { id: boundary.arn, type: 'permissions-boundary' },
                partition,
              ),
            }
          : {}),
      },
      keys: keysOf(target, partition),
    };
  }

  /** Including those of a user's groups. */
  async policies({ tx, accountId, partition, target }: Scope): Promise<SimulatedPolicy[]> {
    const granted = await grantedPolicies(tx, accountId, target.identityId);
    return new TimeSlices().map(granted, ({ ownerType, ownerName, name, arn, document }) => {
      // The ID of an inline policy, as in AWS's sample responses: user_admin_AdminUser.
      const source: PolicySource =
        arn === null
          ? { id: `${ownerType}_${ownerName}_${name}`, type: `${ownerType}-inline` }
          : { id: arn, type: 'managed' };
      return readPolicy(document, 'identity', source, partition);
    });
  }
}

function toPrincipal(identity: Identity, partition: string): Simulation['principal'] {
  const { accountId, type, name } = identity;
  const arn = identityArn(identity, partition);
  if (type === 'user') return { type, accountId, arn };
  if (type === 'group') return anybody(accountId, partition);
  const session = `arn:${partition}:sts::${accountId}:assumed-role/${name}/simulated`;
  return { type: 'assumedRole', accountId, arn: session, roleArn: arn };
}

/** The context of every request of the principal, which need not be specified. A group makes no requests. */
function keysOf(identity: Identity, partition: string): ReadonlyMap<string, string> {
  const { accountId, type, name, identityId } = identity;
  if (type === 'group') return new Map();
  return new Map([
    ['aws:principalarn', identityArn(identity, partition)],
    ['aws:principalaccount', accountId],
    ['aws:principaltype', type === 'user' ? 'User' : 'AssumedRole'],
    ['aws:userid', type === 'user' ? identityId : `${identityId}:simulated`],
    ...(type === 'user' ? [['aws:username', name] as const] : []),
    ...Object.entries(tagsColumn.read(identity.tags)).map(
      ([key, value]) => [`aws:principaltag/${key.toLowerCase()}`, value] as const,
    ),
  ]);
}
