import type { AuthorizationRequest, RequestPrincipal } from '../model.js';

/** The caller's account; undefined for services, anonymous callers and identities without a session. */
export function accountOf(principal: RequestPrincipal): string | undefined {
  switch (principal.type) {
    case 'anonymous':
    case 'service':
    case 'federatedIdentity':
      return undefined;
    case 'root':
    case 'user':
    case 'assumedRole':
    case 'federatedUser':
      return principal.accountId;
  }
}

/** The root user, or a federated user of the root user: no identity-based policy is needed. */
export function hasRootPermissions(principal: RequestPrincipal): boolean {
  return principal.type === 'root' || (principal.type === 'federatedUser' && principal.userArn.endsWith(':root'));
}

/** Whether the resource is in the caller's account: according to the request, otherwise to the ARN, otherwise yes. */
export function isSameAccount(request: AuthorizationRequest, accountId: string): boolean {
  if (request.resourceAccountId !== undefined) return request.resourceAccountId === accountId;
  const { resource } = request;
  let start = 0;
  for (let colons = 0; colons < 4; colons++) {
    start = resource.indexOf(':', start) + 1;
    if (start === 0) return true;
  }
  const end = resource.indexOf(':', start);
  return end <= start || (end - start === accountId.length && resource.startsWith(accountId, start));
}
