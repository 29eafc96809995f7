import type { PolicyKind } from '../../kernel/policy-document.schema.js';

type Json = Record<string, unknown>;

const VERSION = '2012-10-17';

/** By kind; all are valid documents. */
const EXAMPLES: Readonly<Record<PolicyKind, object>> = {
  identity: { Version: VERSION, Statement: [{ Effect: 'Allow', Action: 'iam:GetUser', Resource: '*' }] },
  trust: {
    Version: VERSION,
    Statement: [
      { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:user/ana' }, Action: 'sts:AssumeRole' },
    ],
  },
  resource: {
    Version: VERSION,
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: '123456789012' },
        Action: 'orders:GetOrder',
        Resource: 'arn:aws:orders:eu-1:123456789012:order/42',
      },
    ],
  },
};

/**
 * Source: IAM User Guide, "Grammar of the IAM JSON policy language". The engine validates the content of statements.
 */
export const policyDocumentSchema: Json = {
  type: 'object',
  description: 'Policy document, see docs/policy-language.md',
  required: ['Statement'],
  properties: {
    Version: { type: 'string', enum: [VERSION, '2008-10-17'] },
    Id: { type: 'string' },
    Statement: { anyOf: [{ type: 'array', items: { type: 'object' } }, { type: 'object' }] },
  },
  examples: [EXAMPLES.identity],
};

const REFERENCE = { $ref: '#/$defs/PolicyDocument' };

/** The schema of a member with a document: an object; in requests also text. */
export function policyMemberSchema(kind: PolicyKind, io: 'input' | 'output'): Json {
  const examples = [EXAMPLES[kind]];
  if (io === 'output') return { ...REFERENCE, examples };
  return { anyOf: [REFERENCE, { type: 'string', description: 'The policy document as text' }], examples };
}
