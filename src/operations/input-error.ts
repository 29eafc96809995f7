import { z } from 'zod';
import { toAwsName } from '../kernel/aws-names.js';
import type { ApiError } from '../kernel/errors/errors.js';
import { type Issue, validationError, type Wording } from '../kernel/errors/validation.js';
import { memberOf, unwrap } from '../kernel/zod-shape.js';
import type { Operation } from './operation.js';
import { redact, REDACTED } from './redact.js';

type Path = Issue['path'];

/** Maximum characters of a value in a message. */
const MAXIMUM_REPEATED = 2048;

/**
 * The validation error for an operation's input. AWS's own operations name locations as AWS does; those of STS repeat
 * the value unless it is secret, those of IAM never do.
 */
export function inputError({ name, input: schema }: Operation, issues: readonly Issue[], rawInput: unknown): ApiError {
  if (name.startsWith('sts:'))
    return validationError(issues, { ...awsWording(schema), value: repeated(schema, rawInput) });
  return name.startsWith('gatehouse:') ? validationError(issues) : validationError(issues, awsWording(schema));
}

function awsWording(schema: z.ZodType): Wording {
  return {
    place: (path) => path.map(awsStep).join('.') || 'request',
    value: () => '',
    list: (path) => (typeof path.at(-1) === 'number' ? listOfTexts(schemaAt(schema, path.slice(0, -1))) : undefined),
  };
}

/** `clientIdList` is `clientIDList`; the first of a list is `1.member`. */
function awsStep(step: PropertyKey): string {
  if (typeof step === 'number') return `${step + 1}.member`;
  const awsName = toAwsName(String(step));
  return awsName.charAt(0).toLowerCase() + awsName.slice(1);
}

function schemaAt(schema: z.ZodType | undefined, path: Path): z.ZodType | undefined {
  return path.reduce<z.ZodType | undefined>((at, step) => {
    const wanted = at && unwrap(at);
    if (typeof step !== 'number') return wanted && memberOf(wanted, String(step));
    return wanted instanceof z.ZodArray ? (wanted.element as z.ZodType) : undefined;
  }, schema);
}

function listOfTexts(schema: z.ZodType | undefined): z.ZodArray | undefined {
  const wanted = schema && unwrap(schema);
  return wanted instanceof z.ZodArray && unwrap(wanted.element as z.ZodType) instanceof z.ZodString
    ? wanted
    : undefined;
}

function repeated(schema: z.ZodType, rawInput: unknown): Wording['value'] {
  const input = redact(schema, rawInput);
  return (path) => {
    const value = path.reduce<unknown>((at, step) => (at as Record<PropertyKey, unknown> | undefined)?.[step], input);
    if (value === undefined || value === null) return ' null';
    if (value === REDACTED || (typeof value === 'object' && !Array.isArray(value))) return '';
    const text = Array.isArray(value) ? `[${value.join(', ')}]` : `${value as string | number | boolean}`;
    return ` '${text.slice(0, MAXIMUM_REPEATED)}'`;
  };
}
