import { RequestMapping, RequestMethod, SetMetadata } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { z } from 'zod';
import type { CredentialName } from '../access/authentication/credential-strategy.js';
import type { AddressPurpose } from '../kernel/throttling/throttle-rules.js';
import type { ReadLevel, TagPermission } from '../access/actions/action.js';
import type { RouteAccess } from '../access/actions/public.decorator.js';
import type { Caller } from '../access/actions/caller.js';
import type { RequestFacts } from '../access/actions/request-facts.js';
import type { MaybePromise } from '../kernel/maybe-promise.js';
import type {
  CredentialContext,
  CredentialOperationDeclaration,
  OperationContext,
  OperationDeclaration,
  PublicContext,
  PublicOperationDeclaration,
  SignUpDeclaration,
} from './declaration.js';

export const OPERATION_METADATA = 'gatehouse:operation';

/** AWS distinguishes an output without members (UpdateRole) from no output. */
type Result<Output extends z.ZodObject> = MaybePromise<
  z.input<Output> extends Record<string, never> ? object : z.ZodObject extends Output ? void : z.input<Output>
>;
/** The type of a decorator for methods of this type. */
type MethodDecoratorOf<Handler> = <Method extends Handler>(
  controller: object,
  method: string | symbol,
  descriptor: TypedPropertyDescriptor<Method>,
) => void;

/**
 * An operation with tags must declare which permission lets a caller set them. The registry checks again, for members
 * whose names the compiler does not know.
 */
type Tagging<Input extends z.ZodObject> = string extends keyof Input['shape']
  ? object
  : 'tags' extends keyof Input['shape']
    ? { readonly tagPermission: TagPermission | 'alsoRequires' }
    : { readonly tagPermission?: never };

/**
 * Declares the controller method as an operation, with a REST route. The plan of the operation calls the method, for
 * all doors, with its validated input and the context (`plans.ts`).
 */
export function Operation<Input extends z.ZodObject, Row = undefined, Output extends z.ZodObject = z.ZodObject>(
  declaration: OperationDeclaration<Input, Output, Row> & Tagging<Input>,
): MethodDecoratorOf<(input: z.output<Input>, context: OperationContext<Row>) => Result<Output>> {
  return declare(declaration);
}

/**
 * Like `Operation`, for a response of any length. The method returns when it is certain that there is a response. The
 * transaction of the call has ended before the first chunk is requested, so the chunks open their own.
 */
export function StreamingOperation<Input extends z.ZodObject, Row = undefined>(
  declaration: Omit<OperationDeclaration<Input, z.ZodObject, Row>, 'output' | 'status' | 'effect'> & {
    readonly streams: string;
    readonly accessLevel: ReadLevel;
  },
): MethodDecoratorOf<(input: z.output<Input>, context: OperationContext<Row>) => Promise<AsyncIterable<string>>> {
  return declare(declaration);
}

/** Like `Operation`, for signing up; see `SignUpDeclaration`. */
export function SignUpOperation<Input extends z.ZodObject, Row, Output extends z.ZodObject>(
  declaration: Omit<SignUpDeclaration<Input, Output, Row>, 'access'>,
): MethodDecoratorOf<(input: z.output<Input>, context: OperationContext<Row, Caller | undefined>) => Result<Output>> {
  const signUpDeclaration = { ...declaration, access: 'signUp' } as const;
  return declare(signUpDeclaration);
}

/** As `Operation`, for what takes a credential instead of a caller; see `CredentialOperationDeclaration`. */
export function CredentialOperation<
  Name extends CredentialName,
  Input extends z.ZodObject,
  Output extends z.ZodObject = z.ZodObject,
>(
  declaration: Omit<CredentialOperationDeclaration<Input, Output, Name>, 'access'>,
): MethodDecoratorOf<(input: z.output<Input>, context: CredentialContext<Name>) => Result<Output>> {
  const credentialDeclaration = { ...declaration, access: 'credential' } as const;
  return declare(credentialDeclaration);
}

/** As `Operation`, for what strangers may do without a credential; see `PublicOperationDeclaration`. */
export function PublicOperation<Input extends z.ZodObject, Output extends z.ZodObject = z.ZodObject>(
  declaration: Omit<PublicOperationDeclaration<Input, Output>, 'access' | 'throttle'>,
): MethodDecoratorOf<(input: z.output<Input>, context: { readonly request: RequestFacts }) => Result<Output>> {
  const publicDeclaration = { ...declaration, access: 'public' } as const;
  return declare(publicDeclaration);
}

/** As `PublicOperation`, where every request counts against its address. */
export function ThrottledOperation<Input extends z.ZodObject, Output extends z.ZodObject = z.ZodObject>(
  declaration: Omit<PublicOperationDeclaration<Input, Output>, 'access'> & { readonly throttle: AddressPurpose },
): MethodDecoratorOf<(input: z.output<Input>, context: PublicContext) => Result<Output>> {
  const throttledDeclaration = { ...declaration, access: 'public' } as const;
  return declare(throttledDeclaration);
}

/** The route and the declaration, as metadata of the method. */
function declare(declaration: { readonly name: string; readonly route: string }): MethodDecorator {
  const [method, path] = declaration.route.split(' ') as [keyof typeof RequestMethod, string];
  const setRoute = RequestMapping({ method: RequestMethod[method], path });
  const setConfig = RouteConfig({ operation: declaration.name } satisfies RouteAccess);
  const setDeclaration = SetMetadata(OPERATION_METADATA, declaration);
  return (...target) => {
    setRoute(...target);
    setConfig(...target);
    setDeclaration(...target);
  };
}
