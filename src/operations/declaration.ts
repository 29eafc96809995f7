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
 * `readsMemory` is answered from memory, or by what opens transactions of its own: it is given none.
 * `readsRemembered` reads rows that only changes of the account's policy epoch alter, and last-used facts and names of
 * principals of other accounts, which may lag: its answers are remembered until then.
 * `reads` reads rows in a transaction.
 * `leavesTrace` leaves nothing but its audit event, in the accounts of caller and target: nothing is locked.
 * `changes` changes rows that no decision depends on.
 * `changesDecisions` changes rows, and raises the policy epoch.
 */
export type Effect = ReadEffect | ChangeEffect;
type ReadEffect = 'readsMemory' | 'readsRemembered' | 'reads' | 'leavesTrace';
type ChangeEffect = 'leavesTrace' | 'changes' | 'changesDecisions';

/** What a handler gets beside its input. */
export interface OperationContext<Row = undefined, Who = Caller> {
  /** The one transaction of this request: the change, its audit event and the policy epoch commit together. */
  readonly tx: Transaction;
  readonly caller: Who;
  /** The account acted in. */
  readonly accountId: string;
  readonly partition: string;
  readonly inAccount: LocateScope<unknown>['inAccount'];
  readonly target: Row;
  readonly request: RequestFacts;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** How an operation is reached and described, whoever may call it. */
export interface EndpointDeclaration<Input extends z.ZodObject, Output extends z.ZodObject> {
  /** One line for the API page. */
  readonly summary: string;
  readonly description?: string;
  /** REST method and path; `:name` in the path is a member of the input. */
  readonly route: `${Method} /${string}`;
  /** HTTP status of success; 200 by default, 204 when there is no output. */
  readonly status?: 201 | 202;
  /** Strict: what it does not name is refused. */
  readonly input: Input;
  /** What it does not name is stripped from the answer. */
  readonly output?: Output;
  /** The content type of an answer that is a stream instead; see `StreamingOperation`. REST only. */
  readonly streams?: string;
  /** Errors a caller may see beyond those of every operation. */
  readonly errors: readonly ErrorCode[];
}

/** Reads have a read level and an effect of reads, changes those of changes: nothing else type-checks. */
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
      /** It may work for seconds, while it holds a connection: the requests of an account take turns. */
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
    /** The device and code that the caller proves a second factor with in this very request. */
    readonly secondFactor?: (input: z.output<Input>) => SecondFactor | undefined;
  };

/** A change that is open to callers without credentials too, while sign-up is open: they need no permission. */
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
