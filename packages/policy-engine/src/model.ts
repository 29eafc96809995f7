/**
 * The types of the policy engine's input and output.
 *
 * Source of the evaluation model: AWS IAM User Guide, "Policy evaluation logic".
 */

/** The grammar of a document: which elements it may or must have. */
export type PolicyKind =
  /** Managed or inline policy of a user, group or role; also permissions boundary and session policy. No Principal. */
  | 'identity'
  /** Policy attached to a resource of a registered service. Principal required. */
  | 'resource'
  /** A role's trust policy. Principal required, no Resource. */
  | 'trust'
  /** Service control policy. No Principal. */
  | 'serviceControl'
  /** Resource control policy. Principal must be "*". */
  | 'resourceControl';

/** The origin of a policy, for decisions. `id` is an ARN for managed policies, a name for inline ones. */
export interface PolicySource {
  readonly id: string;
  readonly type:
    | 'managed'
    | 'user-inline'
    | 'group-inline'
    | 'role-inline'
    | 'permissions-boundary'
    | 'session'
    | 'resource'
    | 'trust'
    | 'service-control'
    | 'resource-control';
}

/** The caller. ARNs are complete; `accountId` is 12 digits. */
export type RequestPrincipal =
  | { readonly type: 'anonymous' }
  | { readonly type: 'root'; readonly accountId: string; readonly arn: string }
  | { readonly type: 'user'; readonly accountId: string; readonly arn: string }
  | {
      /** `arn` is the session's (`arn:aws:sts::…:assumed-role/Role/session`), `roleArn` the role's with its path. */
      readonly type: 'assumedRole';
      readonly accountId: string;
      readonly arn: string;
      readonly roleArn: string;
      /** Set if the role session comes from an identity provider: the provider's ARN or host name. */
      readonly federatedProvider?: string;
    }
  | {
      /**
       * GetFederationToken: `arn:aws:sts::…:federated-user/name`; `userArn` is the user (or root user) who requested
       * it.
       */
      readonly type: 'federatedUser';
      readonly accountId: string;
      readonly arn: string;
      readonly userArn: string;
    }
  /** A web or SAML identity before it has a session: only trust policies see it. */
  | { readonly type: 'federatedIdentity'; readonly provider: string }
  /** `names` contains all service principal names of the caller, such as `orders.example.com`. */
  | { readonly type: 'service'; readonly names: readonly string[] };

/**
 * Condition keys and their values. Keys are looked up case-insensitively (the map holds them in lower case);
 * a multi-valued key has an array, and an absent key is absent (never an empty string).
 */
export interface ConditionContext extends Iterable<readonly [key: string, value: string | readonly string[]]> {
  get(key: string): string | readonly string[] | undefined;
}

export interface AuthorizationRequest {
  readonly principal: RequestPrincipal;
  /** `prefix:Name`, compared case-insensitively. */
  readonly action: string;
  /** The ARN of the resource, or `*` for an action without a resource. */
  readonly resource: string;
  /** The account that owns the resource; defaults to the ARN's account, otherwise the principal's. */
  readonly resourceAccountId?: string;
  readonly context: ConditionContext;
}

/**
 * The compiled policies for one request. An absent layer does not exist; an empty list is a layer that allows nothing.
 */
export interface PolicySet<Compiled> {
  readonly identity: readonly Compiled[];
  readonly resource?: Compiled;
  readonly permissionsBoundary?: Compiled;
  readonly session?: readonly Compiled[];
  /**
   * Scope-down policies of the session, one entry per exchange; every one must allow, whatever the resource's policy
   * says.
   */
  readonly scopeDown?: readonly (readonly Compiled[])[];
  /** One entry per level (root, organizational units, account); every level must allow. */
  readonly serviceControl?: readonly (readonly Compiled[])[];
  readonly resourceControl?: readonly (readonly Compiled[])[];
}

export type PolicyLayer =
  'identity' | 'resource' | 'permissionsBoundary' | 'session' | 'serviceControl' | 'resourceControl' | 'trust';

/** A statement that determined the decision. `index` is zero-based within its policy. */
export interface DecidingStatement {
  readonly policy: PolicySource;
  readonly layer: PolicyLayer;
  readonly sid?: string;
  readonly index: number;
}

/** `allowed`, or the kind of denial. */
export type Verdict = 'allowed' | 'explicitDeny' | 'implicitDeny';

export interface Decision {
  readonly verdict: Verdict;
  /** Allow statements for `allowed`, Deny statements for `explicitDeny`, empty for `implicitDeny`. */
  readonly statements: readonly DecidingStatement[];
  /** For a denial: the layer whose Deny matched, or the first layer that lacked an Allow. */
  readonly layer?: PolicyLayer;
}
