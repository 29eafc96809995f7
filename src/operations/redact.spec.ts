import { z } from 'zod';
import { redact, secret } from './redact.js';

describe('redact', () => {
  it('replaces secrets at any depth and keeps the rest', () => {
    const schema = z.strictObject({
      userName: z.string(),
      password: secret(z.string()).optional(),
      nested: z.array(z.strictObject({ seed: secret(z.string()).nullable().default(null), label: z.string() })),
    });
    const input = { userName: 'ana', password: 'hunter2', nested: [{ seed: 'S3CR3T', label: 'phone' }] };
    expect(redact(schema, input)).toEqual({
      userName: 'ana',
      password: '[redacted]',
      nested: [{ seed: '[redacted]', label: 'phone' }],
    });
  });

  it('keeps nothing that the schema does not name', () => {
    expect(redact(z.looseObject({}), { surprise: 'hunter2' })).toEqual({ surprise: '[redacted]' });
  });
});
