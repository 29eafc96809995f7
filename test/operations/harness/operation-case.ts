import type { Tenant } from '../../support/tenant.js';

/** An operation's input or output with Gatehouse's camelCase names. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- cases look into outputs of every shape
export type Members = Record<string, any>;

/** The context of a case. */
export interface CaseContext {
  readonly tenant: Tenant;
  /** A unique name: `unique('user')` is `user-3f2a…`. */
  unique(prefix: string): string;
  /** Calls another operation as the account's root user, through REST, to prepare or to check. */
  call(operation: string, input?: Members): Promise<Members>;
}

/** The test case of an operation. Every operation of the registry has one. */
export interface OperationCase {
  /** `iam:CreateUser` */
  readonly operation: string;
  /** Prepares the data and returns the input of a successful call. Runs again for each door and for the denied call. */
  readonly arrange: (context: CaseContext) => Members | Promise<Members>;
  /** Asserts on the output and on what changed. */
  readonly check: (output: Members, context: CaseContext, input: Members) => void | Promise<void>;
  /**
   * By error code: prepares the data and returns an input with which the call fails in this way, through every door.
   */
  readonly errors?: Readonly<Record<string, (context: CaseContext) => Members | Promise<Members>>>;
  /** Input that only the AWS door accepts; REST has it in the path. */
  readonly doors?: 'both' | 'rest' | 'aws';
  /** Runs as the management account's root user instead of a tenant's. */
  readonly asManagement?: true;
  /** Runs as a user with this policy, because the root user cannot call the operation. */
  readonly asUser?: object;
  /** An operation that policies do not control: nobody is denied. */
  readonly undeniable?: true;
}
