import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../kernel/errors/errors.js';
import { requireStorableText } from '../../kernel/storable-text.js';

/** The fields of a form, the first of each name. */
export type Form = Readonly<Record<string, string | undefined>>;

/** @throws ApiError ValidationError */
export function readForm(request: FastifyRequest): Form {
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(typeof request.body === 'string' ? request.body : '')) {
    if (!fields.has(name)) fields.set(name, value);
  }
  const form = Object.fromEntries(fields);
  requireStorableText(form);
  return form;
}

/** @throws ApiError MalformedRequest */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError('MalformedRequest', 'The form could not be read.');
  }
}
