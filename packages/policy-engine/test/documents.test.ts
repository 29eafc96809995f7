import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { parsePolicy, PolicySyntaxError } from '../src/index.js';

/** A file of documents of one kind with AWS's responses: its message, or null for an accepted document. */
const documentsFile = z.strictObject({
  kind: z.enum(['identity', 'trust']),
  requireCurrentVersion: z.boolean().default(false),
  source: z.string(),
  documents: z.array(
    z.strictObject({
      rule: z.string(),
      /** As text if it is not JSON. */
      document: z.union([z.string(), z.looseObject({})]),
      message: z.string().nullable(),
    }),
  ),
});

const folder = new URL('./documents/', import.meta.url);

for (const file of readdirSync(folder)) {
  const { kind, requireCurrentVersion, documents } = documentsFile.parse(
    JSON.parse(readFileSync(new URL(file, folder), 'utf8')),
  );
  describe(file, () => {
    it.each(documents)('$rule: $message', ({ document, message }) => {
      expect(refusalOf(typeof document === 'string' ? document : JSON.stringify(document))).toBe(message);
    });
  });

  function refusalOf(text: string): string | null {
    try {
      parsePolicy(text, kind, { requireCurrentVersion });
      return null;
    } catch (error) {
      if (!(error instanceof PolicySyntaxError)) throw error;
      expect(error.code).toBe('MalformedPolicyDocument');
      return error.message;
    }
  }
}
