import type { z } from 'zod';
import type { ErrorCode } from '../../common/errors.js';
import type { Tag, Tags } from '../../common/tags.js';
import type { MaybePromise } from '../../common/maybe-promise.js';
import type { Settings } from '../../config/settings.js';
import type { Transaction } from '../../database/database.service.js';
import type { CompiledPolicy } from '../../policy-engine/index.js';
import type { SecondFactor } from '../authentication/second-factors.js';
import type { RoleTrust } from '../authorizer.service.js';
import type { Caller } from '../caller.js';

/** A cookie of the answer: HttpOnly, for this host alone. */
export interface AnswerCookie {
  readonly name: string;
  readonly value: string;
  readonly maxAgeSeconds: number;
  /** `strict`: no request that another site starts carries it, links included. */
  readonly sameSite: 'strict' | 'lax';
}

/** What every door tells of a request besides its input. */
export interface RequestFacts {
  readonly requestId: string;
  readonly sourceIp: string;
  readonly userAgent: string;
  /** The Authorization header as it came, for public operations that verify one of their own kind. Never to be logged. */
  readonly authorization?: string | undefined;
  /** The request came over TLS, here or at a trusted proxy. */
  readonly secureTransport: boolean;
  readonly receivedAt: Date;
  /** Handlers add what a successful answer sets. Absent at doors without cookies, and for pages of other origins. */
  readonly answerCookies?: AnswerCookie[];
}

/** What an operation acts on: found, or what to say, with NoSuchEntity or `code`, to one who may know that it is missing. */
export type Target<Row> = {
  readonly arn: string;
  readonly tags?: Tags;
  /** The account that owns it, when that is not the account acted in. */
  readonly ownerId?: string;
  /** Its own policy, where it has one. */
  readonly policy?: CompiledPolicy;
  /** It is a role to be assumed: its trust policy decides too. */
  readonly trust?: RoleTrust;
  /** Of a user, group or role: its unique id; of a root user: the account id. */
  readonly identityId?: string;
} & ({ readonly row: Row } | { readonly missing: string; readonly code?: ErrorCode });

/** What `locate` may look at. */
export interface LocateScope<Input> {
  readonly tx: Transaction;
  readonly input: Input;
  readonly caller: Caller;
  /** The account acted in. */
  readonly accountId: string;
  readonly partition: string;
  /** A part of the transaction that works in another account; see `Database.inAccount`. */
  readonly inAccount: <T>(accountId: string, work: () => Promise<T>) => Promise<T>;
}

/** What a handler gets beside its input. */
export interface OperationContext<Row = undefined> {
  /** The one transaction of this request: the change, its audit event and the policy epoch commit together. */
  readonly tx: Transaction;
  readonly caller: Caller;
  /** The account acted in. */
  readonly accountId: string;
  readonly partition: string;
  readonly inAccount: LocateScope<unknown>['inAccount'];
  readonly target: Row;
  readonly request: RequestFacts;
}

/**
 * A further permission that the caller needs, e.g. `iam:PassRole` on the role that is handed over. It is decided with the
 * owner, tags, policy and trust of its own target.
 */
export interface FurtherPermission {
  readonly action: `${string}:${string}`;
  readonly target: Target<unknown>;
  /** Tags that the action gives: `aws:RequestTag/…` and `aws:TagKeys`. */
  readonly tags?: readonly Tag[] | undefined;
  /** Condition keys of the action. */
  readonly conditions?: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The action is a part of the operation: the condition keys and tags of the operation hold for it too. */
  readonly sharesConditions?: true;
}

/** The permission to give tags, as `iam:TagUser`. */
export type TagPermission = `${string}:Tag${string}`;

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Source: Service Authorization Reference, "Access levels". */
export type AccessLevel = 'List' | 'Read' | 'Write' | 'Permissions management' | 'Tagging';

/**
 * One API action, declared once. Both doors, the OpenAPI page, the guard and the audit log read this.
 */
export interface OperationDeclaration<Input extends z.ZodObject, Output extends z.ZodObject, Row> {
  /** The action that a policy must allow; `iam:` and `sts:` operations are also reached through the AWS door. */
  readonly name: `${string}:${string}`;
  /** The action that a policy must allow, where several operations share one; else the name. */
  readonly permission?: `${string}:${string}`;
  /** One line for the API page. */
  readonly summary: string;
  readonly description?: string;
  /** REST method and path; `:name` in the path is a member of the input. */
  readonly route: `${Method} /${string}`;
  /** HTTP status of success; 200 by default, 204 when there is no output. */
  readonly status?: 201 | 202;
  readonly accessLevel: AccessLevel;
  /**
   * Who may come in:
   * `authorized` (default) a caller whom the policies allow;
   * `authenticated` any caller, as AWS has it for GetCallerIdentity;
   * `signUp` as `authorized`, and strangers while sign-up is open;
   * `management` a caller of the management account, whom its policies allow;
   * `service` a registered service of the platform.
   */
  readonly access?: 'authorized' | 'authenticated' | 'signUp' | 'management' | 'service';
  /** Strict: what it does not name is refused. */
  readonly input: Input;
  /** What it does not name is stripped from the answer. */
  readonly output?: Output;
  /** The content type of an answer that is a stream instead; see `StreamingOperation`. REST only. */
  readonly streams?: string;
  /** Finds what is acted on; without it the operation acts on `*`. `this` is the controller. */
  readonly locate?: (scope: LocateScope<z.output<Input>>) => Target<Row> | Promise<Target<Row>>;
  /** Condition keys of this operation beyond those every request has; tag keys come from the input's `tags` by rule. */
  readonly conditionKeys?: Readonly<
    Record<string, (scope: LocateScope<z.output<Input>>, target: Target<Row>) => string | readonly string[] | undefined>
  >;
  /** What it needs beyond its own permission, `destination` and `tagPermission`. `this` is the controller. */
  readonly alsoRequires?: (
    scope: LocateScope<z.output<Input>>,
    target: Target<Row>,
  ) => readonly FurtherPermission[] | Promise<readonly FurtherPermission[]>;
  /**
   * The ARN that the target has afterwards, of an operation that renames or moves it: the permission is needed on both.
   * Source: IAM User Guide, "Rename an IAM user".
   */
  readonly destination?: (input: z.output<Input>, row: Row, partition: string) => string;
  /**
   * What a caller needs on the target who gives it tags with this operation, by the member `tags` of its input; its own
   * permission, of an operation that only tags. `alsoRequires`: that names it.
   * Source: IAM User Guide, "Tags for IAM resources", "Tagging on create".
   */
  readonly tagPermission?: TagPermission | 'alsoRequires' | undefined;
  /** The account acted in, when it is not the caller's own. */
  readonly account?: (input: z.output<Input>, caller: Caller | undefined, settings: Settings) => string;
  /** Errors a caller may see beyond those of every operation. */
  readonly errors: readonly ErrorCode[];
  /** Leaves nothing but its audit event, in the accounts of caller and target: nothing is locked, the epoch stays. */
  readonly writesNothing?: true;
  /** A read that is answered from what is in memory, or by what opens transactions of its own: it is given none. */
  readonly touchesNoRows?: true;
  /**
   * A read with a target, of what nothing alters but changes that raise the account's policy epoch, and of facts of last
   * use and names of principals of other accounts, which may lag: its answers are remembered until then.
   */
  readonly remembered?: true;
  /** A change that cannot alter any decision: the policy epoch stays. Reads never raise it. */
  readonly keepsEpoch?: true;
  /**
   * A change of what somebody proves who they are with: passwords, keys, authenticators. It is closed to temporary
   * credentials that were obtained without MFA, as `iam:` operations are (`session-limits.ts`).
   */
  readonly changesCredentials?: true;
  /**
   * When a sign-in session must have proved the password, and MFA, within the last minutes: for a change of the
   * caller's own user or root user (`ownIdentity`), or for every change (`always`). See `step-up-guard.ts`.
   */
  readonly stepUp?: 'ownIdentity' | 'always';
  /** The device and code that the caller proves a second factor with in this very request. */
  readonly secondFactor?: (input: z.output<Input>) => SecondFactor | undefined;
}

/**
 * An action that is open to strangers on purpose, such as signing in. Nothing is decided and no account is acted in:
 * its handler finds its account, opens its transactions and writes its audit events itself.
 */
export interface PublicOperationDeclaration<Input extends z.ZodObject, Output extends z.ZodObject> extends Pick<
  OperationDeclaration<Input, Output, never>,
  'name' | 'summary' | 'description' | 'route' | 'status' | 'input' | 'output' | 'streams' | 'errors'
> {
  readonly access: 'public';
  /** What it verifies itself, in place of a caller's credentials. */
  readonly credential?: 'workloadToken';
}

type Members = Record<string, unknown>;

/** A declaration with its types erased and its handler bound: what the registry holds. */
export interface AuthorizedOperation extends OperationDeclaration<z.ZodObject, z.ZodObject, unknown> {
  readonly handle: (input: Members, context: OperationContext<unknown>) => MaybePromise<Members | void>;
}

export interface PublicOperation extends PublicOperationDeclaration<z.ZodObject, z.ZodObject> {
  readonly handle: (input: Members, request: RequestFacts) => Promise<Members | void>;
}

export type Operation = AuthorizedOperation | PublicOperation;

/** Whether the target is the caller's own user or root user, by its unique id: names and ARNs can move. */
export function isOwnIdentity({ principalId }: Caller, { identityId }: Pick<Target<unknown>, 'identityId'>): boolean {
  return identityId === principalId;
}

/** Reads raise no policy epoch, and leave an audit event only where the settings say so. */
export function isRead(operation: AuthorizedOperation): boolean {
  return operation.accessLevel === 'List' || operation.accessLevel === 'Read';
}
