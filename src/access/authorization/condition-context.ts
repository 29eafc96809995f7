import { isoSeconds } from '../../kernel/iso-time.js';
import type { Tags } from '../../kernel/tags.js';
import type { ConditionContext, RequestPrincipal } from 'gatehouse-policy-engine';
import type { RequestSource } from '../actions/caller.js';
import type { Caller } from '../actions/caller.js';
import type { RequestFacts } from '../actions/request-facts.js';

type ConditionValue = string | readonly string[] | undefined;

/** Collects condition keys. Names are stored in lower case, because they are not case-sensitive. */
export class ConditionKeys {
  private readonly values = new Map<string, string | readonly string[]>();

  /** An undefined value leaves the key absent, which differs from empty. */
  set(key: string, value: ConditionValue): this {
    if (value !== undefined) this.values.set(key.toLowerCase(), value);
    return this;
  }

  setAll(entries: Iterable<readonly [string, ConditionValue]>): this {
    for (const [key, value] of entries) this.set(key, value);
    return this;
  }

  /**
   * One key per tag: `aws:ResourceTag/team`. Tags of a managed policy whose keys differ only in case are one condition
   * key with several values, so an Allow requires all of them to match and a Deny only one.
   */
  setTags(prefix: string, tags: Tags): this {
    const byKey = new Map<string, string[]>();
    for (const [key, value] of Object.entries(tags)) {
      byKey.set(key.toLowerCase(), [...(byKey.get(key.toLowerCase()) ?? []), value]);
    }
    for (const [key, values] of byKey) this.set(`${prefix}/${key}`, values.length === 1 ? values[0] : values);
    return this;
  }

  toContext(): ConditionContext {
    return this.values;
  }
}

/** Condition keys that are collected when a policy first uses one: most policies use none. */
export class DeferredConditions implements ConditionContext {
  private collected: ConditionContext | undefined;

  /** @param collect called at most once */
  constructor(private readonly collect: () => ConditionKeys) {}

  get(key: string): string | readonly string[] | undefined {
    return this.all.get(key);
  }

  [Symbol.iterator](): Iterator<readonly [string, string | readonly string[]]> {
    return this.all[Symbol.iterator]();
  }

  private get all(): ConditionContext {
    return (this.collected ??= this.collect().toContext());
  }
}

/** Source: IAM User Guide, "AWS global condition context keys", properties of the principal and of its session. */
export function principalKeys(caller: Caller, now: Date): ConditionKeys {
  const { principal, session } = caller;
  if (principal.type === 'service') return serviceKeys(principal.names, session.source);
  const keys = new ConditionKeys()
    .set('aws:PrincipalArn', principal.type === 'assumedRole' ? principal.roleArn : caller.arn)
    .set('aws:PrincipalAccount', caller.accountId)
    .set('aws:PrincipalType', principalTypes[principal.type])
    .set('aws:PrincipalIsAWSService', 'false')
    .set('aws:userid', caller.principalId)
    .set('aws:username', caller.userName)
    .set('aws:SourceIdentity', session.sourceIdentity)
    .set('aws:FederatedProvider', session.federatedProvider)
    .set('aws:AssumedRoot', session.taskPolicyArn && 'true')
    .setAll(Object.entries(session.conditionKeys ?? {}))
    .setTags('aws:PrincipalTag', caller.tags);
  keys.set('aws:TokenIssueTime', session.issuedAt && isoSeconds(session.issuedAt));
  if (!session.mfaAuthenticatedAt && isWithoutMfa(caller)) return keys;
  keys.set('aws:MultiFactorAuthPresent', String(session.mfaAuthenticatedAt !== undefined));
  if (session.mfaAuthenticatedAt) {
    const age = Math.max(0, Math.floor((now.getTime() - session.mfaAuthenticatedAt.getTime()) / 1000));
    keys.set('aws:MultiFactorAuthAge', String(age));
  }
  return keys;
}

/**
 * The keys of a service that calls on its own behalf. Keys about users, their account and session are absent, as on AWS
 * for service principals. Only services have `aws:SourceArn` and `aws:SourceAccount`.
 *
 * Source: the same page, aws:PrincipalIsAWSService, aws:PrincipalServiceName, aws:PrincipalServiceNamesList,
 * aws:SourceAccount, aws:SourceArn.
 */
function serviceKeys(names: readonly string[], { accountId, arn }: RequestSource = {}): ConditionKeys {
  return new ConditionKeys()
    .set('aws:PrincipalIsAWSService', 'true')
    .set('aws:PrincipalServiceName', names[0])
    .set('aws:PrincipalServiceNamesList', names)
    .set('aws:SourceAccount', accountId)
    .set('aws:SourceArn', arn);
}

/** Source: the same page, properties of the network and of the request. */
export function requestKeys(keys: ConditionKeys, request: RequestFacts, region: string | undefined): ConditionKeys {
  return keys
    .set('aws:CurrentTime', isoSeconds(request.receivedAt))
    .set('aws:EpochTime', String(Math.floor(request.receivedAt.getTime() / 1000)))
    .set('aws:SourceIp', request.sourceIp)
    .set('aws:UserAgent', request.userAgent || undefined)
    .set('aws:SecureTransport', String(request.secureTransport))
    .set('aws:ViaAWSService', 'false')
    .set('aws:RequestedRegion', region);
}

/**
 * The key is absent for long-term keys, so that BoolIfExists distinguishes them from a session without MFA, and for
 * federated sessions, whose MFA is the responsibility of the identity provider.
 *
 * Source: IAM User Guide, "Compare AWS STS credentials", column "MFA support"; "AWS global condition context keys".
 */
function isWithoutMfa({ principal, session }: Caller): boolean {
  const { credential, federatedProvider } = session;
  return credential === 'accessKey' || federatedProvider !== undefined || principal.type === 'federatedUser';
}

const principalTypes = {
  root: 'Account',
  user: 'User',
  assumedRole: 'AssumedRole',
  federatedUser: 'FederatedUser',
  anonymous: 'Anonymous',
  federatedIdentity: 'Anonymous',
} as const satisfies Record<Exclude<RequestPrincipal['type'], 'service'>, string>;
