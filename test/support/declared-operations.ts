import 'reflect-metadata';
import { OPERATION_METADATA } from '../../src/operations/operation.decorator.js';
import type { Operation } from '../../src/operations/operation.js';

type Controller = abstract new (...parameters: never[]) => object;
type Declaration = Omit<Operation, 'handle'> & Pick<Operation, 'name' | 'access'>;

/** An operation as declared by its controller. */
export interface DeclaredOperation {
  readonly controller: string;
  readonly declaration: Declaration;
}

/** All operations of the server's modules, read from their decorators without running a server. */
export async function declaredOperations(): Promise<readonly DeclaredOperation[]> {
  const { AppModule } = await import('../../src/app.module.js');
  return [...controllersOf(AppModule, new Set())].flatMap(({ name: controller, prototype }) =>
    Object.getOwnPropertyNames(prototype).flatMap((name) => {
      const method = (prototype as Record<string, object>)[name];
      const declaration = method && (Reflect.getMetadata(OPERATION_METADATA, method) as Declaration | undefined);
      return declaration ? [{ controller, declaration }] : [];
    }),
  );
}

/** For a Nest module and all modules that it imports. */
function controllersOf(given: unknown, seen: Set<unknown>): Set<Controller> {
  const dynamic = given as { module?: object; imports?: unknown[]; controllers?: Controller[] };
  const type = dynamic.module ?? (given as object);
  if (seen.has(type)) return new Set();
  seen.add(type);
  const own = [...metadata<Controller>('controllers', type), ...(dynamic.controllers ?? [])];
  const imported = [...metadata<unknown>('imports', type), ...(dynamic.imports ?? [])];
  return new Set([...own, ...imported.flatMap((one) => [...controllersOf(one, seen)])]);
}

function metadata<T>(key: string, type: object): T[] {
  return (Reflect.getMetadata(key, type) as T[] | undefined) ?? [];
}
