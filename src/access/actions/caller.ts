import type { Tags } from '../../kernel/tags.js';
import type { CompiledPolicy, PolicySet, RequestPrincipal } from 'gatehouse-policy-engine';

/** The policies that travel with a principal: everything of a decision but the resource's own policies. */
export type PrincipalPolicies = Pick<
  PolicySet<CompiledPolicy>,
  'identity' | 'permissionsBoundary' | 'session' | 'scopeDown' | 'serviceControl' | 'resourceControl'
>;

/** On whose behalf a service calls: the source of `aws:SourceAccount` and `aws:SourceArn`. */
export interface RequestSource {
  readonly accountId?: string;
  readonly arn?: string;
}

/** What is known of how the caller proved who it is; the source of the `aws:MultiFactorAuth…` and token condition keys. */
export interface SessionFacts {
  readonly credential: 'accessKey' | 'temporaryCredentials' | 'accessToken' | 'cookie';
  readonly accessKeyId?: string;
  /** Sign-in session of an access token or a cookie. */
  readonly sessionId?: string;
  /** When the temporary credentials or the access token were issued; absent for long-term keys. */
  readonly issuedAt?: Date;
  /** When the temporary credentials end; absent for everything else. */
  readonly expiresAt?: Date;
  /** Of an access token or a cookie: when the sign-in session ends at the latest. */
  readonly sessionEndsAt?: Date;
  /**
   * How often the sessions of the principal had been revoked when the credential was issued; now, for a long-term key. What
   * the credential is exchanged for carries it on. Absent for services.
   */
  readonly revocations?: number;
  /** When MFA was passed; absent when it was not. */
  readonly mfaAuthenticatedAt?: Date;
  /**
   * When the owner last proved the password, or a passkey, to the sign-in session that the caller came by or that the
   * temporary credentials were made from. 1970 when that is not known; absent for callers that never signed in.
   */
  readonly provedAt?: Date;
  /** Of a session by cookie: what its page must send with changes. */
  readonly csrfToken?: string;
  /** The region in the signature's scope. */
  readonly region?: string;
  /** `aws:SourceIdentity`: set when the first role was assumed, and the same ever after. */
  readonly sourceIdentity?: string;
  /** `aws:FederatedProvider`: the identity provider that vouched for the session. */
  readonly federatedProvider?: string;
  /** Condition keys that the provider's token or assertion gave, e.g. `saml:sub`. */
  readonly conditionKeys?: Readonly<Record<string, string | readonly string[]>>;
  /** On whose behalf a service calls; absent for every other caller. */
  readonly source?: RequestSource;
  /** Of a session of AssumeRoot: the policy of its task. */
  readonly taskPolicyArn?: string;
  /** Of credentials that a delegation request gave. */
  readonly delegationRequestId?: string;
  /** Session tags that go on to the next role. */
  readonly transitiveTags?: Tags;
}

/** The authenticated principal of a request. */
export interface Caller {
  readonly principal: Exclude<RequestPrincipal, { type: 'anonymous' | 'federatedIdentity' }>;
  /** Its account; the management account for a service. */
  readonly accountId: string;
  readonly arn: string;
  /** `aws:userid`: a user's unique id, the account id for the root user; the service principal of a service. */
  readonly principalId: string;
  /** Unique id of the user or role; absent for the root user and services. */
  readonly identityId?: string;
  /** `aws:username`; users only. */
  readonly userName?: string;
  /** `aws:PrincipalTag/…`. */
  readonly tags: Tags;
  /** Belongs to the management account. */
  readonly isManagement: boolean;
  readonly policies: PrincipalPolicies;
  /** Services only: the prefixes of actions and resources that it may act for, its own and those granted to it. */
  readonly servicePrefixes?: readonly string[];
  readonly session: SessionFacts;
}
