import type { PrincipalElement } from '../document/policy-document.js';
import type { RequestPrincipal } from '../model.js';

/**
 * How closely a Principal element matches the caller, which determines what else must allow.
 *
 * Source: AWS IAM User Guide, "Policy evaluation for requests within a single account", table of resource-based
 * policies and implicit denies; "AWS JSON policy elements: Principal".
 */
export enum PrincipalMatch {
  none = 0,
  /** By its account: the policy delegates, so an identity-based policy of that account must allow too. */
  account = 1,
  /**
   * By the role behind the session, or the user behind the federated user: boundary and session policies still limit.
   */
  origin = 2,
  /** The caller itself, or everyone: within the account nothing else need allow. */
  direct = 3,
}

export interface CompiledPrincipal {
  readonly negated: boolean;
  readonly everyone: boolean;
  readonly accounts: ReadonlySet<string>;
  readonly arns: ReadonlySet<string>;
  readonly services: ReadonlySet<string>;
  readonly providers: ReadonlySet<string>;
}

const ACCOUNT = /^(?:arn:[^:]*:iam::)?([0-9]{12})(:root)?$/;

export function compilePrincipal(element: PrincipalElement): CompiledPrincipal {
  const aws = valuesOf(element, 'AWS');
  return {
    negated: element.negated,
    everyone: element.entries.some((entry) => entry.type === 'all') || aws.includes('*'),
    accounts: new Set(aws.flatMap((value) => accountIdOf(value) ?? [])),
    arns: new Set(aws),
    services: new Set(valuesOf(element, 'Service').map((name) => name.toLowerCase())),
    providers: new Set(valuesOf(element, 'Federated')),
  };
}

function valuesOf(element: PrincipalElement, type: string): string[] {
  return element.entries.filter((entry) => entry.type === type).map((entry) => entry.value);
}

/** The account in an account ID or a root ARN; both stand for the whole account. */
function accountIdOf(value: string): string | undefined {
  const match = ACCOUNT.exec(value);
  return match !== null && (value.length === 12) === (match[2] === undefined) ? match[1] : undefined;
}

/** How closely a list of principals matches the caller, for Principal and NotPrincipal. */
export function matchPrincipal(principal: CompiledPrincipal, caller: RequestPrincipal): PrincipalMatch {
  if (principal.everyone) return PrincipalMatch.direct;
  switch (caller.type) {
    case 'anonymous':
      return PrincipalMatch.none;
    case 'service':
      return caller.names.some((name) => principal.services.has(name.toLowerCase()))
        ? PrincipalMatch.direct
        : PrincipalMatch.none;
    case 'federatedIdentity':
      return principal.providers.has(caller.provider) ? PrincipalMatch.direct : PrincipalMatch.none;
    case 'root':
      return principal.accounts.has(caller.accountId) ? PrincipalMatch.direct : PrincipalMatch.none;
    case 'user':
      return closest(principal, caller.arn, caller.accountId, false);
    case 'assumedRole': {
      const byProvider = caller.federatedProvider !== undefined && principal.providers.has(caller.federatedProvider);
      return closest(principal, caller.arn, caller.accountId, byProvider || principal.arns.has(caller.roleArn));
    }
    case 'federatedUser':
      return closest(principal, caller.arn, caller.accountId, principal.arns.has(caller.userArn));
  }
}

function closest(principal: CompiledPrincipal, arn: string, accountId: string, byOrigin: boolean): PrincipalMatch {
  if (principal.arns.has(arn)) return PrincipalMatch.direct;
  if (byOrigin) return PrincipalMatch.origin;
  return principal.accounts.has(accountId) ? PrincipalMatch.account : PrincipalMatch.none;
}

/**
 * Whether NotPrincipal exempts the caller: only if it matches the caller directly. AWS recommends naming the account or
 * the role as well, but that does not exempt other principals of the account.
 *
 * Source: AWS IAM User Guide, "AWS JSON policy elements: NotPrincipal"; and "The NotPrincipal element with a Deny
 * effect will always deny any IAM principal that has a permissions boundary policy attached" ("Permissions
 * boundaries").
 */
export function isSpared(principal: CompiledPrincipal, caller: RequestPrincipal, hasBoundary: boolean): boolean {
  if (hasBoundary && (caller.type === 'user' || caller.type === 'assumedRole')) return false;
  return matchPrincipal(principal, caller) === PrincipalMatch.direct;
}
