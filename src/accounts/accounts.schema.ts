import { z } from 'zod';
import { secret } from '../access/operations/redact.js';
import { accountAlias, accountId } from '../common/iam-names.schema.js';
import { pagingInput, pagingOutput } from '../common/paging.js';

const account = z
  .object({
    accountId: z.string(),
    name: z.string(),
    email: z.string(),
    alias: z.string().optional(),
    status: z.enum(['active', 'suspended', 'closed']),
    isManagement: z.boolean(),
    createDate: z.date(),
    arn: z.string(),
  })
  .meta({ id: 'Account' });

/** RFC 5321 §4.5.3.1.3 bounds a path to 256 octets with its brackets. */
const email = z
  .string()
  .max(254)
  .regex(/^[^\s@<>"\p{Cc}]+@[^\s@<>"\p{Cc}]+$/u, { message: 'Member must be an email address' });

const accountName = z
  .string()
  .min(1)
  .max(128)
  .regex(/^\P{Cc}+$/u, { message: 'Member must not hold control characters' });

export const createAccountInput = z.strictObject({
  name: accountName,
  email,
  password: secret(z.string().min(8).max(128)),
  /** Chosen by the management account only; drawn at random otherwise. */
  accountId: accountId.regex(/^[1-9]/, { message: 'Member must not begin with 0' }).optional(),
});
export const accountOutput = z.object({ account });
export const noInput = z.strictObject({});
export const accountAliasInput = z.strictObject({ accountAlias });
export const listAccountAliasesInput = z.strictObject({ ...pagingInput });
export const listAccountAliasesOutput = z.object({ accountAliases: z.array(z.string()), ...pagingOutput });
