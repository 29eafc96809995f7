import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { quotaNames } from '../quotas.js';

// Each type's description says what it expects: it completes the sentence "X is not valid: expected …".

export const wholeNumber = (minimum: number, maximum: number, byDefault: number, unit = '') =>
  z.coerce.number().int().min(minimum).max(maximum).default(byDefault).describe(`${unit}${minimum} to ${maximum}`);

export const onOrOff = (byDefault: 'on' | 'off') =>
  z
    .enum(['on', 'off'])
    .default(byDefault)
    .transform((value) => value === 'on')
    .describe('"on" or "off"');

export const postgresUrl = (whose = '') =>
  z
    .url({ protocol: /^postgres(ql)?$/, hostname: /.*/ })
    .optional()
    .describe(`postgresql://user:password@host:5432/database${whose}`);

/** 32 bytes. */
export const masterKey = z
  .string()
  .transform((text) => Buffer.from(text, 'base64'))
  .refine(({ length }) => length === 32)
  .optional()
  .describe('32 random bytes in base64, e.g. from: openssl rand -base64 32');

export const masterKeys = z
  .string()
  .transform((text): readonly Buffer[] => text.split(',').map((key) => Buffer.from(key, 'base64')))
  .refine((keys) => keys.every(({ length }) => length === 32))
  .default([])
  .describe('master keys in base64, separated by commas');

/** As `10.1.0.0/16`. */
export const networks = z
  .string()
  .default('')
  .transform((text): readonly string[] => listOf(text))
  .refine((parts) => parts.every((part) => ipaddr.isValidCIDR(part)))
  .describe('networks like 10.1.0.0/16, separated by commas');

/** By their names in `quotaNames`. */
export const quotas = z
  .string()
  .default('')
  .transform((text) => listOf(text).map((part) => part.split('=') as [string, ...string[]]))
  .refine((pairs) => pairs.every((pair) => pair.length === 2 && isQuota(...pair)))
  .transform((pairs): ReadonlyMap<string, number> => new Map(pairs.map(([name, value]) => [name, Number(value)])))
  .describe(`pairs like UsersPerAccount=10000, separated by commas, of: ${quotaNames.join(', ')}`);

function isQuota(name: string, value = ''): boolean {
  return quotaNames.includes(name) && /^\d{1,9}$/.test(value);
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
