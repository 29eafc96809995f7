import type { Tags } from '../../kernel/tags.js';
import type { CompiledPolicy, PolicySet, RequestPrincipal } from 'gatehouse-policy-engine';

/** The policies that belong to a principal: all policies of a decision except those of the resource. */
export type PrincipalPolicies = Pick<
  PolicySet<CompiledPolicy>,
  'identity' | 'permissionsBoundary' | 'session' | 'scopeDown' | 'serviceControl' | 'resourceControl'
>;

/** On whose behalf a service calls. Source of `aws:SourceAccount` and `aws:SourceArn`. */
export interface RequestSource {
  readonly accountId?: string;
  readonly arn?: string;
}

/** How the caller authenticated. Source of the `aws:MultiFactorAuth…` and token condition keys. */
export interface SessionFacts {
  readonly credential: 'accessKey' | 'temporaryCredentials' | 'accessToken' | 'cookie';
  readonly accessKeyId?: string;
  /** The sign-in session of an access token or a cookie. */
  readonly sessionId?: string;
  /** When the temporary credentials or the access token were issued. Absent for long-term keys. */
  readonly issuedAt?: Date;
  /** When the temporary credentials expire. Absent for all other credentials. */
  readonly expiresAt?: Date;
  /** For an access token or a cookie: when the sign-in session expires. */
  readonly sessionEndsAt?: Date;
  /**
   * How often the principal's sessions had been revoked when the credential was issued; for a long-term key, the
   * current number. Credentials that are issued in exchange for it carry the same count. Absent for services.
   */
  readonly revocations?: number;
  /** When MFA was verified. Absent without MFA. */
  readonly mfaAuthenticatedAt?: Date;
  /**
   * When the owner last proved the password or a passkey in the sign-in session that the caller uses, or from which the
   * temporary credentials were requested. 1970 if unknown. Absent for callers that never signed in.
   */
  readonly provedAt?: Date;
  /** For a session with a cookie: the token that its page must send with changes. */
  readonly csrfToken?: string;
  /** The region in the signature's scope. */
  readonly region?: string;
  /** `aws:SourceIdentity`: set when the first role is assumed, and kept in all following roles. */
  readonly sourceIdentity?: string;
  /** `aws:FederatedProvider`: the identity provider that authenticated the session. */
  readonly federatedProvider?: string;
  /** Condition keys from the provider's token or assertion, such as `saml:sub`. */
  readonly conditionKeys?: Readonly<Record<string, string | readonly string[]>>;
  /** On whose behalf a service calls. Absent for all other callers. */
  readonly source?: RequestSource;
  /** For a session of AssumeRoot: its task policy. */
  readonly taskPolicyArn?: string;
  /** For credentials from a delegation request. */
  readonly delegationRequestId?: string;
  /** Transitive session tags. */
  readonly transitiveTags?: Tags;
}

/** The authenticated principal of a request. */
export interface Caller {
  readonly principal: Exclude<RequestPrincipal, { type: 'anonymous' | 'federatedIdentity' }>;
  /** The account of the principal; for a service, the management account. */
  readonly accountId: string;
  readonly arn: string;
  /** `aws:userid`: the unique ID of a user, the account ID for the root user, the service principal for a service. */
  readonly principalId: string;
  /** The unique ID of the user or role. Absent for the root user and services. */
  readonly identityId?: string;
  /** `aws:username`; users only. */
  readonly userName?: string;
  /** `aws:PrincipalTag/…`. */
  readonly tags: Tags;
  /** Belongs to the management account. */
  readonly isManagement: boolean;
  readonly policies: PrincipalPolicies;
  /** Only for services: the prefixes of actions and resources for which it may act, its own and those granted to it. */
  readonly servicePrefixes?: readonly string[];
  readonly session: SessionFacts;
}
