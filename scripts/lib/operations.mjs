import 'reflect-metadata';

/**
 * All operations that the server declares, by name, read from the compiled controllers: no server runs for it.
 *
 * @returns {Promise<Map<string, object>>} the declarations of `@Operation` and its relatives
 */
export async function declaredOperations() {
  const { OPERATION_METADATA } = await import('../../dist/operations/operation.decorator.js');
  const declarations = (await controllerMethods()).map((method) => Reflect.getMetadata(OPERATION_METADATA, method));
  return new Map(declarations.filter(Boolean).map((declaration) => [declaration.name, declaration]));
}

/**
 * The routes that are no operations.
 *
 * @returns {Promise<string[]>} `GET /healthz`, …
 */
export async function publicRoutes() {
  const { OPERATION_METADATA } = await import('../../dist/operations/operation.decorator.js');
  const { METHOD_METADATA, PATH_METADATA } = await import('@nestjs/common/constants.js');
  const { RequestMethod } = await import('@nestjs/common');
  return (await controllerMethods())
    .filter(
      (method) => Reflect.hasMetadata(METHOD_METADATA, method) && !Reflect.hasMetadata(OPERATION_METADATA, method),
    )
    .flatMap((method) => {
      const verb = RequestMethod[Reflect.getMetadata(METHOD_METADATA, method)];
      return [Reflect.getMetadata(PATH_METADATA, method)].flat().map((path) => `${verb} /${path.replace(/^\//, '')}`);
    });
}

async function controllerMethods() {
  // Imported late: before the preparation it may not exist.
  const { AppModule } = await import('../../dist/app.module.js');
  return [...controllersOf(AppModule)].flatMap(({ prototype }) =>
    Object.getOwnPropertyNames(prototype)
      .map((name) => prototype[name])
      .filter((method) => typeof method === 'function'),
  );
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
