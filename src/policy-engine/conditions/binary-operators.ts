import { literalOperator, type ConditionOperator } from './operator.js';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Canonical base64 (RFC 4648 §3.5): the bits that padding leaves over are zero, so equal texts are equal bytes. */
function isCanonicalBase64(text: string): boolean {
  if (!BASE64.test(text)) return false;
  if (text.endsWith('==')) return 'AQgw'.includes(text.charAt(text.length - 3));
  return !text.endsWith('=') || 'AEIMQUYcgkosw048'.includes(text.charAt(text.length - 2));
}

/** Source: AWS IAM User Guide, "Binary condition operators": compared byte for byte, as base64. */
export const BINARY_OPERATORS: readonly ConditionOperator[] = [
  literalOperator('binary', 1, (expected) =>
    isCanonicalBase64(expected) ? (actual) => actual === expected : undefined,
  )('BinaryEquals'),
];
