import 'reflect-metadata';

/**
 * All operations that the server declares, by name, read from the compiled controllers: no server runs for it.
 *
 * @returns {Promise<Map<string, object>>} the declarations of `@Operation` and `@PublicOperation`
 */
export async function declaredOperations() {
  // Imported late: before the preparation they may not exist.
  const { AppModule } = await import('../../dist/app.module.js');
  const { OPERATION_METADATA } = await import('../../dist/operations/operation.decorator.js');
  const declarations = [...controllersOf(AppModule)].flatMap(({ prototype }) =>
    Object.getOwnPropertyNames(prototype)
      .map((name) => Reflect.getMetadata(OPERATION_METADATA, prototype[name] ?? {}))
      .filter(Boolean),
  );
  return new Map(declarations.map((declaration) => [declaration.name, declaration]));
}

/** Of a Nest module and of all that it imports. */
function controllersOf(module, seen = new Set()) {
  const controllers = new Set();
  const { module: type = module, imports = [], controllers: dynamic = [] } = module;
  if (seen.has(type)) return controllers;
  seen.add(type);
  for (const controller of [...(Reflect.getMetadata('controllers', type) ?? []), ...dynamic])
    controllers.add(controller);
  for (const imported of [...(Reflect.getMetadata('imports', type) ?? []), ...imports]) {
    for (const controller of controllersOf(imported, seen)) controllers.add(controller);
  }
  return controllers;
}
