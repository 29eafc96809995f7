import { parseArn } from '../../kernel/arn.js';
import { ApiError } from '../../kernel/errors/errors.js';
import type { RequestSource } from '../actions/caller.js';
import type { WireRequest } from '../sigv4/index.js';

/** The names that AWS's own services use. Like every header of Amazon's they must be signed (`verifySignature`). */
const ACCOUNT = 'x-amz-source-account';
const ARN = 'x-amz-source-arn';

/**
 * What a service says of the customer and resource that it calls for. Asked of services alone: what others say there
 * counts for nothing.
 *
 * @throws ApiError ValidationError when it cannot be understood, or the two contradict each other
 */
export function requestSource(request: WireRequest): RequestSource {
  const accountId = only(request, ACCOUNT);
  const arn = only(request, ARN);
  if (accountId !== undefined && !/^\d{12}$/.test(accountId)) throw invalid(ACCOUNT, 'must be an account id');
  const parsed = arn === undefined || arn.length > 2048 ? undefined : parseArn(arn);
  if (arn !== undefined && !parsed) throw invalid(ARN, 'must be an ARN');
  const owner = parsed?.accountId;
  if (accountId !== undefined && owner && owner !== accountId) {
    throw invalid(ARN, `must belong to the account in ${ACCOUNT}`);
  }
  return { ...(accountId === undefined ? {} : { accountId }), ...(arn === undefined ? {} : { arn }) };
}

/** Given twice, one of them may be what a proxy or an attacker added. */
function only({ rawHeaders }: WireRequest, name: string): string | undefined {
  const values = rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]!.toLowerCase() === name);
  if (values.length > 1) throw invalid(name, 'is specified twice');
  return values[0]?.trim();
}

function invalid(name: string, problem: string): ApiError {
  return new ApiError('ValidationError', `The header ${name} ${problem}.`);
}
