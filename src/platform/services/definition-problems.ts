import type { ServiceDefinition } from './service-definition.schema.js';

/** The location in the definition, and the problem. */
interface Problem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/**
 * Contradictions in a service's definition: names that occur twice (policies do not distinguish case), references to
 * undefined names, and names under another service's prefix.
 */
export function definitionProblems(service: ServiceDefinition): Problem[] {
  const { prefix, actions, grantedPrefixes = [], resourceTypes = [], conditionKeys = [] } = service;
  const keys = new Set(conditionKeys.map(({ name }) => name.toLowerCase()));
  const types = new Set(resourceTypes.map(({ name }) => name));
  const isKnownKey = (key: string) => key.startsWith('aws:') || keys.has(key.toLowerCase());
  const unknownKeys = (list: string, index: number, used: readonly string[] = []): Problem[] =>
    used.filter((key) => !isKnownKey(key)).map((key) => unknown([list, index, 'conditionKeys'], key));
  return [
    ...doubles('actions', actions),
    ...doubles('resourceTypes', resourceTypes),
    ...doubles('conditionKeys', conditionKeys),
    ...grantedPrefixes.flatMap((granted, index) =>
      granted === prefix || grantedPrefixes.indexOf(granted) < index
        ? [
            {
              path: ['grantedPrefixes', index],
              message: "Member must be unique, and must not be the service's own prefix",
            },
          ]
        : [],
    ),
    ...actions.flatMap(({ resourceTypes: used = [], conditionKeys: usedKeys }, index) => [
      ...used.filter((type) => !types.has(type)).map((type) => unknown(['actions', index, 'resourceTypes'], type)),
      ...unknownKeys('actions', index, usedKeys),
    ]),
    ...resourceTypes.flatMap(({ arnFormats, conditionKeys: usedKeys }, index) => [
      ...arnFormats
        .filter((format) => format.split(':')[2] !== prefix)
        .map(() => foreign(['resourceTypes', index, 'arnFormats'], prefix)),
      ...unknownKeys('resourceTypes', index, usedKeys),
    ]),
    ...conditionKeys.flatMap(({ name }, index) =>
      name.startsWith(`${prefix}:`) ? [] : [foreign(['conditionKeys', index, 'name'], prefix)],
    ),
  ];
}

function doubles(list: string, named: readonly { name: string }[]): Problem[] {
  const names = named.map(({ name }) => name.toLowerCase());
  return names.flatMap((name, index) =>
    names.indexOf(name) === index ? [] : [{ path: [list, index, 'name'], message: 'Member must be unique' }],
  );
}

function unknown(path: Problem['path'], name: string): Problem {
  return { path, message: `Member must be defined by the service: ${name}` };
}

function foreign(path: Problem['path'], prefix: string): Problem {
  return { path, message: `Member must belong to the service ${prefix}` };
}
