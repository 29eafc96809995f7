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

/** The permission to set tags, such as `iam:TagUser`. */
export type TagPermission = `${string}:Tag${string}`;

/** The data that `locate` may use. */
export interface LocateScope<Input, Who = Caller> {
  readonly tx: Transaction;
  readonly input: Input;
  readonly caller: Who;
  /** The account in which the operation acts. */
  readonly accountId: string;
  readonly partition: string;
  /** Runs a part of the transaction in another account; see `Database.inAccount`. */
  readonly inAccount: <T>(accountId: string, work: () => Promise<T>) => Promise<T>;
}

/**
 * An additional permission that the caller needs, such as `iam:PassRole` on the role that is passed. It is decided with
 * the owner, tags, policy and trust policy of its own target.
 */
export interface FurtherPermission {
  readonly action: ActionName;
  readonly target: Target<unknown>;
  /** Tags that the action sets: `aws:RequestTag/…` and `aws:TagKeys`. */
  readonly tags?: readonly Tag[] | undefined;
  /** Condition keys of the action. */
  readonly conditions?: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The action is a part of the operation: the operation's condition keys and tags apply to it as well. */
  readonly sharesConditions?: true;
}

/**
 * The part of a declaration that states who may call an operation: the columns of the Service Authorization Reference
 * (action, access level, resource, condition keys, dependent actions), and the rules in addition to policies.
 */
export interface ActionDeclaration<Input, Row> {
  /** The action that a policy must allow. `iam:` and `sts:` operations are also available at the AWS door. */
  readonly name: ActionName;
  /** The action that a policy must allow, if several operations share one. Default: the name. */
  readonly permission?: ActionName;
  readonly accessLevel: AccessLevel;
  /**
   * Who may call the operation. `authorized` (default): callers with the permission; `authenticated`: all callers, as
   * on AWS for GetCallerIdentity; `management`: callers of the management account with the permission; `service`:
   * registered services of the platform; `signUp`: like `authorized`, and callers without credentials while sign-up is
   * open.
   */
  readonly access?: 'authorized' | 'authenticated' | 'management' | 'service' | 'signUp';
  /** The account in which the operation acts, if it is not the caller's own. */
  readonly account?: (input: Input, caller: Caller, settings: Settings) => string;
  /** Finds the target. Without it, the operation acts on `*`. `this` is the controller. */
  readonly locate?: (scope: LocateScope<Input>) => Target<Row> | Promise<Target<Row>>;
  /**
   * Condition keys of this operation in addition to those of every request. Tag keys are derived from `tags` in the
   * input.
   */
  readonly conditionKeys?: Readonly<
    Record<string, (scope: LocateScope<Input>, target: Target<Row>) => string | readonly string[] | undefined>
  >;
  /** Permissions in addition to the operation's own, `destination` and `tagPermission`. `this` is the controller. */
  readonly alsoRequires?: (
    scope: LocateScope<Input>,
    target: Target<Row>,
  ) => readonly FurtherPermission[] | Promise<readonly FurtherPermission[]>;
  /**
   * For operations that rename or move the target: its new ARN. The permission is required on both ARNs. Source: IAM
   * User Guide, "Rename an IAM user".
   */
  readonly destination?: (input: Input, row: Row, partition: string) => string;
  /**
   * The permission on the target that a caller needs to set tags with this operation, through the member `tags` of its
   * input; for an operation that only sets tags, its own permission. `alsoRequires`: that member lists it. Source: IAM
   * User Guide, "Tags for IAM resources", "Tagging on create".
   */
  readonly tagPermission?: TagPermission | 'alsoRequires' | undefined;
  /**
   * The operation changes credentials: passwords, keys, authenticators. Temporary credentials that were obtained
   * without MFA cannot call it, as with `iam:` operations (`session-limits.ts`).
   */
  readonly changesCredentials?: true;
  /**
   * When a sign-in session must recently have proved the password and MFA: for changes of the caller's own user or root
   * user (`ownIdentity`), or for every change (`always`). See `step-up-guard.ts`.
   */
  readonly stepUp?: 'ownIdentity' | 'always';
}

type Members = Record<string, unknown>;

/** An action with its types erased. */
export type Action = ActionDeclaration<Members, unknown>;
export type ActionScope = LocateScope<Members>;

/** Reads are recorded in the audit log only if configured, and a cookie permits them without a CSRF token. */
export function isRead({ accessLevel }: Pick<Action, 'accessLevel'>): boolean {
  return accessLevel === 'List' || accessLevel === 'Read';
}
