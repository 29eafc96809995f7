import { z } from 'zod';
import { isoSeconds } from '../../kernel/iso-time.js';
import { unwrap } from '../../kernel/zod-shape.js';
import { outputForm } from './output-form.js';

export interface Result {
  /** `CreateUser` */
  readonly operation: string;
  readonly namespace: string;
  readonly requestId: string;
  /** Distinguishes lists from maps; absent if there is no output. */
  readonly schema: z.ZodObject | undefined;
  readonly output: Record<string, unknown> | undefined;
}

export interface Failure {
  readonly namespace: string;
  readonly requestId: string;
  readonly code: string;
  readonly message: string;
  readonly status: number;
  /** For a denial, for `sts:DecodeAuthorizationMessage`. */
  readonly encodedAuthorizationMessage?: string;
}

/** A successful response of the AWS Query protocol. */
export function encodeXmlResult({ operation, namespace, requestId, schema, output }: Result): string {
  const result = schema && output ? element(`${operation}Result`, members(output, schema)) : '';
  const metadata = element('ResponseMetadata', element('RequestId', escapeText(requestId)));
  return `<${operation}Response xmlns="${namespace}">${result}${metadata}</${operation}Response>\n`;
}

/** An error of the AWS Query protocol: a sender error below 500, a server error from 500. */
export function encodeXmlError(failure: Failure): string {
  const { namespace, requestId, code, message, status, encodedAuthorizationMessage: encoded } = failure;
  const error = [
    element('Type', status < 500 ? 'Sender' : 'Receiver'),
    element('Code', escapeText(code)),
    element('Message', escapeText(message)),
    // The JavaScript SDK exposes it as a member of the exception, the Python SDK as an entry of response["Error"].
    ...(encoded === undefined ? [] : [element('EncodedAuthorizationMessage', escapeText(encoded))]),
  ].join('');
  const body = element('Error', error) + element('RequestId', escapeText(requestId));
  return `<ErrorResponse xmlns="${namespace}">${body}</ErrorResponse>\n`;
}

function members(value: Record<string, unknown>, schema: z.ZodType): string {
  let xml = '';
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined || member === null) continue;
    const { awsName, schema: memberSchema } = outputForm(schema, name);
    xml += element(awsName, content(member, memberSchema));
  }
  return xml;
}

const ANY_OBJECT = z.object({});

/** @param schema unwrapped */
function content(value: unknown, schema: z.ZodType | undefined): string {
  if (Array.isArray(value)) {
    const itemSchema = schema instanceof z.ZodArray ? unwrap(schema.element as z.ZodType) : undefined;
    return value.map((item) => element('member', content(item, itemSchema))).join('');
  }
  if (value instanceof Date) return isoSeconds(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value !== 'object' || value === null) return escapeText(String(value));
  if (!(schema instanceof z.ZodRecord)) return members(value as Record<string, unknown>, schema ?? ANY_OBJECT);
  const valueSchema = unwrap(schema.valueType as z.ZodType);
  return Object.entries(value)
    .map(([key, entry]) => {
      const pair = element('key', escapeText(key)) + element('value', content(entry, valueSchema));
      return element('entry', pair);
    })
    .join('');
}

function element(name: string, inner: string): string {
  return `<${name}>${inner}</${name}>`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // As literal characters they would be normalized by the reader: XML 1.0 §2.11 and §3.3.3.
  '\r': '&#xD;',
  '\n': '&#xA;',
  '\t': '&#x9;',
};

// eslint-disable-next-line no-control-regex -- these are among the characters that XML excludes
const PERHAPS_SPECIAL = /[\u0000-\u001F&<>"'\uD800-\uDFFF\uFFFE\uFFFF]/;

/** The text of an element. Characters that XML 1.0 §2.2 excludes become U+FFFD. */
function escapeText(text: string): string {
  if (!PERHAPS_SPECIAL.test(text)) return text;
  return (
    text
      .toWellFormed()
      // eslint-disable-next-line no-control-regex -- these are the characters that XML excludes
      .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '\uFFFD')
      .replace(/[&<>"'\r\n\t]/g, (character) => ESCAPES[character]!)
  );
}
