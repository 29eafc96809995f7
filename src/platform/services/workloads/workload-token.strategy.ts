import { Injectable } from '@nestjs/common';
import {
  CredentialNamed,
  type CredentialStrategy,
  type Exchange,
  type Presented,
  type Verdict,
} from '../../../access/authentication/credential-strategy.js';
import type { Transaction } from '../../../kernel/database/database.service.js';
import { ApiError } from '../../../kernel/errors/errors.js';
import { isHashOf, parseRowToken, type RowToken } from '../../../kernel/secrets/row-token.js';
import { type FullWorkload, withRoles } from './workload.target.js';

declare module '../../../access/authentication/credential-strategy.js' {
  interface CredentialProofs {
    workloadToken: FullWorkload;
  }
}

/** The authorization token of a workload, as it comes in the Authorization header. */
@Injectable()
export class WorkloadTokenStrategy
  extends CredentialNamed('workloadToken')
  implements CredentialStrategy<object, object, FullWorkload>
{
  /** @throws ApiError MissingAuthenticationToken, InvalidClientTokenId */
  accountOf(presented: Presented): string {
    return tokenOf(presented).accountId;
  }

  async validate(exchange: Exchange): Promise<Verdict<FullWorkload>> {
    const token = tokenOf(exchange);
    const proof = await find(exchange.tx, token);
    return proof ? { accountId: token.accountId, proof } : { refusal: unknownToken() };
  }
}

function tokenOf({ request: { authorization } }: Presented): RowToken {
  if (!authorization) throw new ApiError('MissingAuthenticationToken', 'Request is missing Authentication Token');
  const token = parseRowToken(authorization);
  if (!token) throw unknownToken();
  return token;
}

async function find(tx: Transaction, token: RowToken): Promise<FullWorkload | undefined> {
  const { accountId, rowId: workloadId } = token;
  const row = await tx.workload.findUnique({
    where: { accountId_workloadId: { accountId, workloadId } },
    include: { ...withRoles, account: { select: { status: true } } },
  });
  return row && isHashOf(row.tokenHash, token) && row.account.status === 'active' ? row : undefined;
}

function unknownToken(): ApiError {
  return new ApiError('InvalidClientTokenId', 'The authorization token is not valid.');
}
