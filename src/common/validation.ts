import type { z } from 'zod';
import { ApiError } from './errors.js';

type Issue = z.core.$ZodIssue;

/**
 * Zod's findings as AWS words them: `1 validation error detected: Value 'x' at 'userName' failed to satisfy
 * constraint: Member must have length less than or equal to 64`. Values are not repeated: one may be a secret.
 */
export function validationError(issues: readonly Issue[]): ApiError {
  const described = issues.flatMap(describe);
  const count = described.length;
  const summary = described.map(({ path, message }) => `Value at '${path}' failed to satisfy constraint: ${message}`);
  return new ApiError(
    'ValidationError',
    `${count} validation error${count === 1 ? '' : 's'} detected: ${summary.join('; ')}`,
    { issues: described },
  );
}

function describe(issue: Issue): { path: string; message: string }[] {
  const path = issue.path.map(String).join('.') || 'request';
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.slice(0, 20).map((key) => ({
      path: path === 'request' ? key.slice(0, 128) : `${path}.${key.slice(0, 128)}`,
      message: 'This operation has no such parameter',
    }));
  }
  return [{ path, message: constraint(issue) }];
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
      // A schema's own message (one that AWS documents for the field) wins over the bare pattern.
      return issue.pattern && issue.message.startsWith('Invalid')
        ? `Member must satisfy regular expression pattern: ${issue.pattern.replace(/^\/\^?|\$?\/\w*$/g, '')}`
        : issue.message;
    case 'invalid_value':
      return `Member must satisfy enum value set: [${issue.values.map(String).join(', ')}]`;
    default:
      return issue.message;
  }
}

function size(origin: string, direction: 'greater' | 'less', limit: number | bigint): string {
  const quantity = origin === 'string' || origin === 'array' ? 'length' : 'value';
  return `Member must have ${quantity} ${direction} than or equal to ${limit}`;
}
