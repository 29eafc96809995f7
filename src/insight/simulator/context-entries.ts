import { isIP } from 'node:net';
import { ApiError } from '../../kernel/errors/errors.js';
import type { ContextEntry } from './simulator.schema.js';

type ValueType = 'string' | 'numeric' | 'boolean' | 'ip' | 'binary' | 'date';

const isValid: Readonly<Record<ValueType, (value: string) => boolean>> = {
  string: () => true,
  numeric: (value) => /^[+-]?\d{1,30}(?:\.\d{1,30})?$/.test(value),
  boolean: (value) => /^(?:true|false)$/i.test(value),
  ip: (value) => isIP(value.replace(/\/\d{1,3}$/, '')) !== 0,
  binary: (value) => /^[A-Za-z0-9+/]*={0,2}$/.test(value) && value.length % 4 === 0,
  date: (value) => /^\d{1,12}$/.test(value) || !Number.isNaN(Date.parse(value)),
};

/**
 * The condition keys of a simulation. A type without `List` has one value.
 *
 * @throws ApiError InvalidInput if a key is specified twice, or a value does not have its type
 */
export function readContextEntries(entries: readonly ContextEntry[]): ReadonlyMap<string, string | readonly string[]> {
  const keys = new Map<string, string | readonly string[]>();
  for (const { contextKeyName: name, contextKeyValues: values, contextKeyType: type } of entries) {
    const isList = type.endsWith('List');
    const valueType = type.replace(/List$/, '') as ValueType;
    const wrong = values.find((value) => !isValid[valueType](value));
    if (wrong !== undefined) throw invalid(name, `a value is not of the type ${valueType}`);
    if (!isList && values.length !== 1) throw invalid(name, `the type ${type} takes exactly one value`);
    if (keys.has(name.toLowerCase())) throw invalid(name, 'it is specified twice');
    keys.set(name.toLowerCase(), isList ? values : values[0]!);
  }
  return keys;
}

function invalid(name: string, why: string): ApiError {
  return new ApiError('InvalidInput', `Invalid context entry for ${name}: ${why}.`);
}
