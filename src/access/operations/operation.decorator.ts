import { SetMetadata } from '@nestjs/common';
import type { z } from 'zod';
import type { MaybePromise } from '../../common/maybe-promise.js';
import type {
  OperationContext,
  OperationDeclaration,
  PublicOperationDeclaration,
  RequestFacts,
  TagPermission,
} from './operation.js';

export const OPERATION_METADATA = 'gatehouse:operation';
export const PUBLIC_METADATA = 'gatehouse:public';

/** AWS tells an output without members (UpdateRole) from no output at all. */
type Result<Output extends z.ZodObject> = MaybePromise<
  z.input<Output> extends Record<string, never> ? object : z.ZodObject extends Output ? void : z.input<Output>
>;
/** What a decorator of a method of this type is. */
type MethodDecoratorOf<Handler> = <Method extends Handler>(
  controller: object,
  method: string | symbol,
  descriptor: TypedPropertyDescriptor<Method>,
) => void;

/**
 * An operation that takes tags must say which permission lets a caller give them. The registry looks again, for members
 * whose names the compiler does not know.
 */
type Tagging<Input extends z.ZodObject> = string extends keyof Input['shape']
  ? object
  : 'tags' extends keyof Input['shape']
    ? { readonly tagPermission: TagPermission | 'alsoRequires' }
    : { readonly tagPermission?: never };

/**
 * Declares the controller method as an operation. The method is called by the operation pipeline, for both doors alike, with its validated input and the context.
 */
export function Operation<Input extends z.ZodObject, Row = undefined, Output extends z.ZodObject = z.ZodObject>(
  declaration: OperationDeclaration<Input, Output, Row> & Tagging<Input>,
): MethodDecoratorOf<(input: z.output<Input>, context: OperationContext<Row>) => Result<Output>> {
  return declare(declaration);
}

/**
 * As `Operation`, for an answer of any length. The method returns when it is clear that there is one; the transaction of
 * the call is over before the first chunk is asked for, so the chunks open their own.
 */
export function StreamingOperation<Input extends z.ZodObject, Row = undefined>(
  declaration: Omit<OperationDeclaration<Input, z.ZodObject, Row>, 'output' | 'status'> & { readonly streams: string },
): MethodDecoratorOf<(input: z.output<Input>, context: OperationContext<Row>) => Promise<AsyncIterable<string>>> {
  return declare(declaration);
}

/** As `Operation`, for what strangers may do; see `PublicOperationDeclaration`. */
export function PublicOperation<Input extends z.ZodObject, Output extends z.ZodObject = z.ZodObject>(
  declaration: Omit<PublicOperationDeclaration<Input, Output>, 'access'>,
): MethodDecoratorOf<(input: z.output<Input>, request: RequestFacts) => Result<Output>> {
  const publicDeclaration = { ...declaration, access: 'public' };
  return declare(publicDeclaration);
}

/** Marks a route that is on purpose no operation: open to everyone, without input. */
export const Public = (): ClassDecorator & MethodDecorator => SetMetadata(PUBLIC_METADATA, true);

function declare(declaration: object): MethodDecorator {
  return SetMetadata(OPERATION_METADATA, declaration);
}
