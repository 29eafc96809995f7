import { typedOperator, type ConditionOperator, type ValueType } from './operator.js';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Canonical base64 (RFC 4648 §3.5): the unused bits before the padding are zero, so equal texts are equal bytes. */
function isCanonicalBase64(text: string): boolean {
  if (!BASE64.test(text)) return false;
  if (text.endsWith('==')) return 'AQgw'.includes(text.charAt(text.length - 3));
  return !text.endsWith('=') || 'AEIMQUYcgkosw048'.includes(text.charAt(text.length - 2));
}

function parseBase64(text: string): string | undefined {
  return isCanonicalBase64(text) ? text : undefined;
}

const BINARY: ValueType<string, string> = {
  family: 'binary',
  cost: 1,
  parseActual: parseBase64,
  parseExpected: parseBase64,
};

/**
 * Source: AWS IAM User Guide, "Binary condition operators": compared byte for byte, as base64. A value that is not
 * base64 is text, and does not have the operator's type.
 */
export const BINARY_OPERATORS: readonly ConditionOperator[] = [
  typedOperator(BINARY, 'BinaryEquals', (actual, expected) => actual === expected),
];
