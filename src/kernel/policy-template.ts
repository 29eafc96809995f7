import { ApiError } from './errors/errors.js';

export interface PolicyParameter {
  readonly name: string;
  readonly values: readonly string[];
  readonly type: 'string' | 'stringList';
}

/** The maximum size of a policy document (IAM API reference): list parameters can multiply the size of a template. */
const MAXIMUM_CHARACTERS = 131_072;

/** `@{bucketName}` in a string of the template. */
const PLACEHOLDER = /@\{([^{}]{1,256})\}/g;

/**
 * The template with its parameters filled in. A list in an array produces one element per value. Values are inserted
 * into the strings of the parsed document, so they cannot change its structure.
 *
 * @param template a policy document that is valid JSON
 * @throws ApiError InvalidInput if a parameter is missing, unknown, specified twice, or not a list where one is
 *   required; LimitExceeded
 */
export function fillTemplate(template: string, parameters: readonly PolicyParameter[]): string {
  const known = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  if (known.size < parameters.length) throw invalid('A policy parameter is specified twice.');
  for (const { name, type, values } of parameters) {
    if (type === 'string' && values.length !== 1) throw invalid(`The policy parameter ${name} must have one value.`);
  }
  const used = new Set<string>();
  let characters = 0;
  const filled = JSON.stringify(fill(JSON.parse(template)));
  const unknown = parameters.find(({ name }) => !used.has(name));
  if (unknown) throw invalid(`The policy template has no parameter ${unknown.name}.`);
  return filled;

  function fill(value: unknown): unknown {
    if (typeof value === 'string') return one(texts(value));
    if (Array.isArray(value)) {
      return value.flatMap((item: unknown) => (typeof item === 'string' ? texts(item) : [fill(item)]));
    }
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, fill(member)]));
  }

  /** All strings that a string with placeholders stands for. */
  function texts(text: string): string[] {
    const names = [...new Set([...text.matchAll(PLACEHOLDER)].map((match) => match[1]!))];
    const lists = names.map((name) => ({ name, values: valuesOf(name) }));
    if (lists.filter(({ values }) => values.length > 1).length > 1) {
      throw invalid('A text of a policy template can contain only one list.');
    }
    const count = Math.max(1, ...lists.map(({ values }) => values.length));
    return Array.from({ length: count }, (_, index) => {
      const filled = text.replace(PLACEHOLDER, (__, name: string) => {
        const values = valuesOf(name);
        return values[Math.min(index, values.length - 1)]!;
      });
      characters += filled.length;
      if (characters > MAXIMUM_CHARACTERS) throw tooLong();
      return filled;
    });
  }

  function valuesOf(name: string): readonly string[] {
    const parameter = known.get(name);
    if (!parameter) throw invalid(`The policy template requires the parameter ${name}.`);
    used.add(name);
    return parameter.values;
  }
}

function one(texts: string[]): string | string[] {
  return texts.length === 1 ? texts[0]! : texts;
}

function invalid(message: string): ApiError {
  return new ApiError('InvalidInput', message);
}

function tooLong(): ApiError {
  return new ApiError(
    'LimitExceeded',
    `With these parameters, the policy has more than ${MAXIMUM_CHARACTERS} characters.`,
  );
}
