import { parseArn } from '../../kernel/arn.js';
import { ApiError } from '../../kernel/errors/errors.js';
import type { RequestSource } from '../actions/caller.js';
import type { WireRequest } from '../sigv4/index.js';

/** The header names that AWS's own services use. Like all `x-amz-` headers they must be signed (`verifySignature`). */
const ACCOUNT = 'x-amz-source-account';
const ARN = 'x-amz-source-arn';

/**
 * The customer and the resource for which a service calls. Read only from services: the headers of other callers are
 * ignored.
 *
 * @throws ApiError ValidationError if a header is invalid, or the two contradict each other
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

/** If a header occurs twice, a proxy or an attacker may have added one. */
function only({ rawHeaders }: WireRequest, name: string): string | undefined {
  const values = rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]!.toLowerCase() === name);
  if (values.length > 1) throw invalid(name, 'is specified twice');
  return values[0]?.trim();
}

function invalid(name: string, problem: string): ApiError {
  return new ApiError('ValidationError', `The header ${name} ${problem}.`);
}
