import type { z } from 'zod';
import type { SecondFactor } from '../access/authentication/second-factors.js';
import type { ActionDeclaration, LocateScope } from '../access/actions/action.js';
import type { Target } from '../access/actions/target.js';
import type { Caller } from '../access/actions/caller.js';
import type { RequestFacts } from '../access/actions/request-facts.js';
import type { MaybePromise } from '../kernel/maybe-promise.js';
import type { Settings } from '../kernel/config/settings.js';
import type { CredentialStrategy } from '../access/authentication/credential-strategy.js';
import type {
  CredentialContext,
  CredentialOperationDeclaration,
  Effect,
  EndpointDeclaration,
  OperationContext,
  PublicContext,
  PublicOperationDeclaration,
} from './declaration.js';

/** The doors' type of an input or an output. */
export type Members = Record<string, unknown>;
/** What a handler returns: chunks if the operation streams. */
export type Output = Members | AsyncIterable<string> | void;

/** The entries of the registry: declarations without their types, with functions bound to the controller. */
export type Operation = AuthorizedOperation | SignUpOperation | CredentialOperation | PublicOperation;

export interface AuthorizedOperation
  extends ActionDeclaration<Members, unknown>, EndpointDeclaration<z.ZodObject, z.ZodObject> {
  readonly effect: Effect;
  readonly longWork?: true;
  readonly secondFactor?: (input: Members) => SecondFactor | undefined;
  readonly handle: (input: Members, context: OperationContext<unknown>) => MaybePromise<Output>;
}

type MaybeCaller = Caller | undefined;

export interface SignUpOperation extends AuthorizedOperation {
  readonly access: 'signUp';
  readonly account: (input: Members, caller: MaybeCaller, settings: Settings) => string;
  readonly locate: (scope: LocateScope<Members, MaybeCaller>) => Target<unknown>;
  readonly handle: (input: Members, context: OperationContext<unknown, MaybeCaller>) => MaybePromise<Output>;
}

export interface CredentialOperation extends CredentialOperationDeclaration<z.ZodObject, z.ZodObject> {
  readonly strategy: CredentialStrategy;
  readonly handle: (input: Members, context: CredentialContext) => MaybePromise<Output>;
}

export interface PublicOperation extends PublicOperationDeclaration<z.ZodObject, z.ZodObject> {
  /** Its context has a transaction when it has a throttle. */
  readonly handle: (
    input: Members,
    context: PublicContext | { readonly request: RequestFacts },
  ) => MaybePromise<Output>;
}

/** Whether the operation is for callers. */
export function isForCallers(operation: Operation): operation is AuthorizedOperation | SignUpOperation {
  return operation.access !== 'public' && operation.access !== 'credential';
}
