import type { z } from 'zod';
import type { ActionDeclaration, LocateScope, ReadLevel, WriteLevel } from '../access/actions/action.js';
import type { CredentialName, CredentialProofs } from '../access/authentication/credential-strategy.js';
import type { SecondFactor } from '../access/authentication/second-factors.js';
import type { Target } from '../access/actions/target.js';
import type { Caller } from '../access/actions/caller.js';
import type { RequestFacts } from '../access/actions/request-facts.js';
import type { ErrorCode } from '../kernel/errors/errors.js';
import type { AddressPurpose, Purpose } from '../kernel/throttling/throttle-rules.js';
import type { Settings } from '../kernel/config/settings.js';
import type { Transaction } from '../kernel/database/database.service.js';

/**
 * What an operation reads, and what it leaves behind.
 *
 * `readsMemory` is answered from memory, or opens its own transactions: it gets none. `readsRemembered` reads rows
 * whose changes raise the account's policy epoch, and last-used times and names of other accounts' principals, which
 * may be out of date: its output is cached until then. `reads` reads rows in a transaction. `leavesTrace` leaves only
 * its audit event, in the accounts of caller and target: nothing is locked. `changes` changes rows on which no decision
 * depends. `changesDecisions` changes rows, and raises the policy epoch.
 */
export type Effect = ReadEffect | ChangeEffect;
type ReadEffect = 'readsMemory' | 'readsRemembered' | 'reads' | 'leavesTrace';
type ChangeEffect = 'leavesTrace' | 'changes' | 'changesDecisions';

/** The arguments of a handler in addition to its input. */
export interface OperationContext<Row = undefined, Who = Caller> {
  /** The one transaction of this request: the change, its audit event and the policy epoch commit together. */
  readonly tx: Transaction;
  readonly caller: Who;
  /** The account in which the operation acts. */
  readonly accountId: string;
  readonly partition: string;
  readonly inAccount: LocateScope<unknown>['inAccount'];
  readonly target: Row;
  readonly request: RequestFacts;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** How an operation is called and described. */
export interface EndpointDeclaration<Input extends z.ZodObject, Output extends z.ZodObject> {
  /** One line for the API page. */
  readonly summary: string;
  readonly description?: string;
  /** REST method and path; `:name` in the path is a member of the input. */
  readonly route: `${Method} /${string}`;
  /** HTTP status of success. Default: 200, or 204 without an output. */
  readonly status?: 201 | 202;
  /** Strict: unknown members are refused. */
  readonly input: Input;
  /** Undeclared members are removed from the response. */
  readonly output?: Output;
  /** The content type of a streamed response; see `StreamingOperation`. REST only. */
  readonly streams?: string;
  /** Error codes in addition to those of every operation. */
  readonly errors: readonly ErrorCode[];
}

/** Reads have a read level and a read effect, changes those of changes: other combinations do not type-check. */
type EffectDeclaration =
  | {
      readonly accessLevel: ReadLevel;
      /** `reads` by default. */
      readonly effect?: ReadEffect;
      readonly longWork?: never;
      readonly stepUp?: never;
    }
  | {
      readonly accessLevel: ReadLevel;
      readonly effect?: 'reads';
      /** It may work for seconds while it holds a connection: the requests of an account are queued. */
      readonly longWork: true;
      readonly stepUp?: never;
    }
  | {
      readonly accessLevel: WriteLevel;
      readonly effect: 'changes';
      readonly longWork: true;
    }
  | {
      readonly accessLevel: WriteLevel;
      /** `changesDecisions` by default. */
      readonly effect?: ChangeEffect;
      readonly longWork?: never;
    };

/** One API action, declared once. All doors, the API page, the guard and the audit log read this. */
export type OperationDeclaration<Input extends z.ZodObject, Output extends z.ZodObject, Row> = ActionDeclaration<
  z.output<Input>,
  Row
> &
  EndpointDeclaration<Input, Output> &
  EffectDeclaration & {
    readonly access?: 'authorized' | 'authenticated' | 'management' | 'service';
    /** The device and code of a second factor in the same request. */
    readonly secondFactor?: (input: z.output<Input>) => SecondFactor | undefined;
  };

/** A change that callers without credentials may also make while sign-up is open: they need no permission. */
export interface SignUpDeclaration<Input extends z.ZodObject, Output extends z.ZodObject, Row>
  extends Pick<ActionDeclaration<z.output<Input>, Row>, 'name' | 'permission'>, EndpointDeclaration<Input, Output> {
  readonly accessLevel: WriteLevel;
  readonly effect: 'changes';
  readonly account: (input: z.output<Input>, caller: Caller | undefined, settings: Settings) => string;
  readonly locate: (scope: LocateScope<z.output<Input>, Caller | undefined>) => Target<Row>;
}

/**
 * As `Effect`, of an operation with a credential. `continues` changes rows of a sign-in or session that goes on: only its
 * failures leave an event.
 */
export type CredentialEffect = 'reads' | 'continues' | 'leavesTrace' | 'changes' | 'changesDecisions';

/**
 * An operation that takes a credential instead of a caller, such as signing in: the credential's strategy verifies it, and
 * finds the account acted in.
 */
export interface CredentialOperationDeclaration<
  Input extends z.ZodObject,
  Output extends z.ZodObject,
  Name extends CredentialName = CredentialName,
> extends EndpointDeclaration<Input, Output> {
  readonly name: `${string}:${string}`;
  readonly access: 'credential';
  /** The name of a `CredentialStrategy`. */
  readonly credential: Name;
  /** What attempts at the credential are counted as. */
  readonly throttle: readonly Purpose[];
  readonly effect: CredentialEffect;
}

/** What a handler of an operation with a credential gets beside its input. */
export interface CredentialContext<Name extends CredentialName = CredentialName> {
  /** The one transaction of this request, in the scope of the account; the use of the credential is committed with it. */
  readonly tx: Transaction;
  /** What the strategy found. */
  readonly proof: CredentialProofs[Name];
  /** The account acted in. */
  readonly accountId: string;
  readonly request: RequestFacts;
}

/** An action that is open to strangers on purpose. There is no credential, and no account is acted in. */
export interface PublicOperationDeclaration<
  Input extends z.ZodObject,
  Output extends z.ZodObject,
> extends EndpointDeclaration<Input, Output> {
  readonly name: `${string}:${string}`;
  readonly access: 'public';
  /** What every request is counted as, by its address; absent: it costs nothing that has to be bounded. */
  readonly throttle?: AddressPurpose;
}

/** What a handler of a public operation with a throttle gets beside its input. */
export interface PublicContext {
  /** In the scope of the platform. */
  readonly tx: Transaction;
  readonly request: RequestFacts;
}
