import type { Tag } from '../../kernel/tags.js';
import type { Settings } from '../../kernel/config/settings.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import type { Caller } from './caller.js';
import type { Target } from './target.js';

/** Source: Service Authorization Reference, "Access levels". */
export type ReadLevel = 'List' | 'Read';
export type WriteLevel = 'Write' | 'Permissions management' | 'Tagging';
export type AccessLevel = ReadLevel | WriteLevel;

/** The name of an action, `iam:CreateUser`. */
export type ActionName = `${string}:${string}`;

/** The permission to give tags, as `iam:TagUser`. */
export type TagPermission = `${string}:Tag${string}`;

/** What `locate` may look at. */
export interface LocateScope<Input, Who = Caller> {
  readonly tx: Transaction;
  readonly input: Input;
  readonly caller: Who;
  /** The account acted in. */
  readonly accountId: string;
  readonly partition: string;
  /** A part of the transaction that works in another account; see `Database.inAccount`. */
  readonly inAccount: <T>(accountId: string, work: () => Promise<T>) => Promise<T>;
}

/**
 * A further permission that the caller needs, e.g. `iam:PassRole` on the role that is handed over. It is decided with the
 * owner, tags, policy and trust of its own target.
 */
export interface FurtherPermission {
  readonly action: ActionName;
  readonly target: Target<unknown>;
  /** Tags that the action gives: `aws:RequestTag/…` and `aws:TagKeys`. */
  readonly tags?: readonly Tag[] | undefined;
  /** Condition keys of the action. */
  readonly conditions?: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The action is a part of the operation: the condition keys and tags of the operation hold for it too. */
  readonly sharesConditions?: true;
}

/**
 * What a declaration says about who may call an operation: the columns of the Service Authorization Reference (action,
 * access level, resource, condition keys, dependent actions), and what holds beyond policies.
 */
export interface ActionDeclaration<Input, Row> {
  /** The action that a policy must allow; `iam:` and `sts:` operations are also reached through the AWS door. */
  readonly name: ActionName;
  /** The action that a policy must allow, where several operations share one; else the name. */
  readonly permission?: ActionName;
  readonly accessLevel: AccessLevel;
  /**
   * Who may call it:
   * `authorized` (default) a caller with the permission;
   * `authenticated` any caller, as AWS has it for GetCallerIdentity;
   * `management` a caller of the management account with the permission;
   * `service` a registered service of the platform;
   * `signUp` as `authorized`, and strangers while sign-up is open.
   */
  readonly access?: 'authorized' | 'authenticated' | 'management' | 'service' | 'signUp';
  /** The account acted in, when it is not the caller's own. */
  readonly account?: (input: Input, caller: Caller, settings: Settings) => string;
  /** Finds what is acted on; without it the operation acts on `*`. `this` is the controller. */
  readonly locate?: (scope: LocateScope<Input>) => Target<Row> | Promise<Target<Row>>;
  /** Condition keys of this operation beyond those every request has; tag keys come from the input's `tags` by rule. */
  readonly conditionKeys?: Readonly<
    Record<string, (scope: LocateScope<Input>, target: Target<Row>) => string | readonly string[] | undefined>
  >;
  /** What it needs beyond its own permission, `destination` and `tagPermission`. `this` is the controller. */
  readonly alsoRequires?: (
    scope: LocateScope<Input>,
    target: Target<Row>,
  ) => readonly FurtherPermission[] | Promise<readonly FurtherPermission[]>;
  /**
   * The ARN that the target has afterwards, of an operation that renames or moves it: the permission is needed on both.
   * Source: IAM User Guide, "Rename an IAM user".
   */
  readonly destination?: (input: Input, row: Row, partition: string) => string;
  /**
   * What a caller needs on the target who gives it tags with this operation, by the member `tags` of its input; its own
   * permission, of an operation that only tags. `alsoRequires`: that names it.
   * Source: IAM User Guide, "Tags for IAM resources", "Tagging on create".
   */
  readonly tagPermission?: TagPermission | 'alsoRequires' | undefined;
  /**
   * A change of credentials: passwords, keys, authenticators. It is closed to temporary credentials that were obtained
   * without MFA, as `iam:` operations are (`session-limits.ts`).
   */
  readonly changesCredentials?: true;
  /**
   * When a sign-in session must have proved the password, and MFA, within the last minutes: for a change of the
   * caller's own user or root user (`ownIdentity`), or for every change (`always`). See `step-up-guard.ts`.
   */
  readonly stepUp?: 'ownIdentity' | 'always';
}

type Members = Record<string, unknown>;

/** An action with its types erased. */
export type Action = ActionDeclaration<Members, unknown>;
export type ActionScope = LocateScope<Members>;

/** Reads leave an audit event only where the settings say so, and a cookie permits them without a CSRF token. */
export function isRead({ accessLevel }: Pick<Action, 'accessLevel'>): boolean {
  return accessLevel === 'List' || accessLevel === 'Read';
}
