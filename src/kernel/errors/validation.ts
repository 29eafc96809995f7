import { z } from 'zod';
import { ApiError, type ErrorCode } from './errors.js';

export type Issue = z.core.$ZodIssue;

/** How a message names the location of a problem and the value there. */
export interface Wording {
  /** `tags.1.member.key` for `['tags', 0, 'key']` */
  readonly place: (path: Issue['path']) => string;
  /** ` 'x'`, ` null`, or '' if values are not repeated. */
  readonly value: (path: Issue['path']) => string;
  /** The schema of the list that contains the member, if problems of members are reported for the whole list. */
  readonly list: (path: Issue['path']) => z.ZodArray | undefined;
}

interface Problem {
  readonly path: Issue['path'];
  readonly message: string;
}

const plain: Wording = {
  place: (path) => path.map(String).join('.') || 'request',
  value: () => '',
  list: () => undefined,
};

/**
 * For `refine`: a rule whose violation AWS reports with its own sentence, without the words "validation error
 * detected", and only if everything else is valid.
 */
export function ownSentence(message: string, code: ErrorCode = 'ValidationError') {
  return { message, params: { code } };
}

/** Text that must match the pattern, which the API page shows. A violation is reported with its own sentence. */
export function matching(schema: z.ZodString, pattern: RegExp, message: string): z.ZodString {
  return schema.refine((text) => pattern.test(text), ownSentence(message)).meta({ pattern: pattern.source });
}

/**
 * Zod's issues in AWS's words: `1 validation error detected: Value at 'userName' failed to satisfy constraint: Member
 * must have length less than or equal to 64`.
 */
export function validationError(issues: readonly Issue[], wording: Wording = plain): ApiError {
  const details = {
    issues: issues.flatMap(problemsOf).map(({ path, message }) => ({ path: plain.place(path), message })),
  };
  const constraints = issues.filter((issue) => sentenceCode(issue) === undefined);
  if (constraints.length === 0) return new ApiError(sentenceCode(issues[0]!)!, issues[0]!.message, details);
  const summary = constraints.flatMap((issue) => summarize(issue, wording));
  const distinct = [...new Set(summary)];
  const count = `${distinct.length} validation error${distinct.length === 1 ? '' : 's'}`;
  return new ApiError('ValidationError', `${count} detected: ${distinct.join('; ')}`, details);
}

function sentenceCode(issue: Issue): ErrorCode | undefined {
  return issue.code === 'custom' ? (issue.params?.['code'] as ErrorCode | undefined) : undefined;
}

function summarize(issue: Issue, { place, value, list }: Wording): string[] {
  const wholeList = list(issue.path);
  const problems = wholeList
    ? [
        {
          path: issue.path.slice(0, -1),
          message: `Member must satisfy constraint: [${constraintsOf(wholeList).join(', ')}]`,
        },
      ]
    : problemsOf(issue);
  return problems.map(
    ({ path, message }) => `Value${value(path)} at '${place(path)}' failed to satisfy constraint: ${message}`,
  );
}

function problemsOf(issue: Issue): Problem[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: issue.path, message: constraint(issue) }];
  const message = 'Unknown parameter';
  return issue.keys.slice(0, 20).map((key) => ({ path: [...issue.path, key.slice(0, 128)], message }));
}

function constraint(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'Member must not be null' : `Member must be of type ${issue.expected}`;
    case 'too_small':
      return size(issue.origin, 'greater', issue.minimum);
    case 'too_big':
      return size(issue.origin, 'less', issue.maximum);
    case 'invalid_format':
      // A schema's own message (one that AWS documents for the field) takes precedence over the pattern.
      return issue.pattern && issue.message.startsWith('Invalid') ? mustMatch(sourceOf(issue.pattern)) : issue.message;
    case 'invalid_value':
      return 'Member must satisfy enum value set';
    default:
      return issue.message;
  }
}

function size(origin: string, direction: 'greater' | 'less', limit: number | bigint): string {
  const quantity = origin === 'string' || origin === 'array' ? 'length' : 'value';
  return `Member must have ${quantity} ${direction} than or equal to ${limit}`;
}

/** @param pattern as printed by zod: `/^[\w]+$/u` */
function sourceOf(pattern: string): string {
  return pattern.slice(1, pattern.lastIndexOf('/'));
}

/** AWS's patterns have no anchors, and contain characters by their code points. */
function mustMatch(source: string): string {
  const pattern = source
    .replace(/^\^|\$$/g, '')
    .replace('\\t\\n\\r', '\\u0009\\u000A\\u000D')
    .replace(/\\u[0-9a-f]{4}/gi, (escape) => `\\u${escape.slice(2).toUpperCase()}`);
  return `Member must satisfy regular expression pattern: ${pattern}`;
}

/**
 * All constraints on the members of a list of texts, in AWS's order. A pattern is accompanied by "must not be null", as
 * in the recorded responses of UntagRole; lists without a pattern (client IDs, thumbprints) have neither.
 */
function constraintsOf(list: z.ZodArray): string[] {
  const { maxLength, minLength, pattern } = z.toJSONSchema(list.element as z.ZodType, {
    io: 'input',
    unrepresentable: 'any',
  });
  return [
    ...(maxLength === undefined ? [] : [size('string', 'less', maxLength)]),
    ...(minLength === undefined ? [] : [size('string', 'greater', minLength)]),
    ...(pattern === undefined ? [] : [mustMatch(pattern), 'Member must not be null']),
  ];
}
