import { z } from 'zod';
import { policyDocument, policyDocumentOutput } from '../../kernel/policy-document.schema.js';
import { documentsToObjects, documentsToText } from './policy-documents.js';

const document = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: "iam:Get'*", Resource: '100%' } };
const text = JSON.stringify(document);

const input = z.strictObject({
  userName: z.string(),
  policyDocument: policyDocument().optional(),
  list: z.array(policyDocument()).default([]),
  inner: z.strictObject({ policy: policyDocument('trust', 10).optional() }).optional(),
});

it('turns objects of a request into text, and leaves everything else to the schema', () => {
  const convert = documentsToText(input)!;
  const given = {
    userName: document,
    policyDocument: document,
    list: [document, text, 7],
    inner: { policy: document },
  };
  expect(convert(given)).toEqual({
    userName: document,
    policyDocument: text,
    list: [text, text, 7],
    inner: { policy: text },
  });
  expect(convert({ policyDocument: [document], inner: null, more: 1 })).toEqual({
    policyDocument: [document],
    inner: null,
    more: 1,
  });
});

it('escapes characters beyond U+00FF, which the text of a document cannot have', () => {
  const policyDocument = { ...document, Id: 'Łódź 😀' };
  const converted = documentsToText(input)!({ policyDocument }) as { policyDocument: string };
  expect(converted.policyDocument).toMatch(/^[ -~\u00a0-\u00ff]+$/);
  expect(JSON.parse(converted.policyDocument)).toEqual(policyDocument);
  expect(input.safeParse({ userName: 'ana', policyDocument: converted.policyDocument }).success).toBe(true);
  expect(input.safeParse({ userName: 'ana', policyDocument: JSON.stringify(policyDocument) }).success).toBe(false);
});

/** Threat: an escaped U+0000 passes the check of all text. */
it('leaves documents with text that cannot be stored to validation', () => {
  const policyDocument = { ...document, Id: 'a\0b' };
  expect(documentsToText(input)!({ policyDocument })).toEqual({ policyDocument });
});

it('turns text of an answer into objects, also percent-encoded text', () => {
  const output = z.object({
    plain: policyDocumentOutput('plain'),
    role: z.object({ trust: policyDocumentOutput('percent').optional() }),
  });
  const convert = documentsToObjects(output)!;
  const encoded = encodeURIComponent(text);
  expect(convert({ plain: text, role: { trust: encoded } })).toEqual({ plain: document, role: { trust: document } });
  expect(convert({ plain: 'no JSON', role: {} })).toEqual({ plain: 'no JSON', role: {} });
});

it('is nothing where there are no documents', () => {
  expect(documentsToText(z.strictObject({ userName: z.string(), tags: z.array(z.object({})) }))).toBeUndefined();
});
