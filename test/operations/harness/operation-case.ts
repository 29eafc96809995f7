import type { Tenant } from '../../support/tenant.js';

/** An operation's input or output with our camelCase names. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- cases look into outputs of every shape
export type Members = Record<string, any>;

/** What one run of a case may use. */
export interface CaseContext {
  readonly tenant: Tenant;
  /** A name that no other run uses: `unique('user')` is `user-3f2a…`. */
  unique(prefix: string): string;
  /** Calls another operation as the account's root user, through the REST door, to prepare or to look. */
  call(operation: string, input?: Members): Promise<Members>;
}

/** How one operation is shown to work. Every operation of the registry has one. */
export interface OperationCase {
  /** `iam:CreateUser` */
  readonly operation: string;
  /**
   * Prepares a fresh situation and gives the input of a call that succeeds. Runs anew for each door and for the
   * denied call.
   */
  readonly arrange: (context: CaseContext) => Members | Promise<Members>;
  /** Asserts what came out and what changed. */
  readonly check: (output: Members, context: CaseContext, input: Members) => void | Promise<void>;
  /** By error code: prepares and gives an input with which the call fails in that way, through every door. */
  readonly errors?: Readonly<Record<string, (context: CaseContext) => Members | Promise<Members>>>;
  /** Input that only the AWS door takes; REST has it in the path. */
  readonly doors?: 'both' | 'rest' | 'aws';
  /** Run as the management account's root user instead of a tenant's. */
  readonly asManagement?: true;
  /** Run as a user with this policy: the root user cannot call the operation. */
  readonly asUser?: object;
  /** An operation that policies do not govern: nobody is denied. */
  readonly undeniable?: true;
}
