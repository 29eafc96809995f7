import { z } from 'zod';
import { secret } from '../../operations/redact.js';
import { displayText } from '../../kernel/display-text.schema.js';
import { accountAlias, accountId } from '../../kernel/iam-names.schema.js';
import { pagingInput, pagingOutput } from '../../kernel/paging/paging.js';

/**
 * `purged`: only the ID and the audit log remain, and name and email are empty. `pending`: the email address is not
 * confirmed yet, and nobody can sign in.
 */
const accountStatus = z.enum(['active', 'suspended', 'closed', 'purged', 'pending']);

const account = z
  .object({
    accountId: z.string(),
    name: z.string(),
    email: z.string(),
    alias: z.string().optional(),
    status: accountStatus,
    isManagement: z.boolean(),
    createDate: z.date(),
    /** Closed accounts only: the account can be reactivated until then. */
    purgeDate: z.date().optional(),
    arn: z.string(),
  })
  .meta({ id: 'Account' });

/** RFC 5321 §4.5.3.1.3 limits a path to 256 octets including its brackets. */
export const email = z
  .string()
  .max(254)
  .regex(/^[^\s@<>"\p{Cc}]+@[^\s@<>"\p{Cc}]+$/u, { message: 'Member must be an email address' });

const accountName = displayText(128);

export const createAccountInput = z.strictObject({
  name: accountName,
  email,
  password: secret(z.string().min(8).max(128)),
  /** Chosen by the management account only; otherwise random. */
  accountId: accountId.regex(/^[1-9]/, { message: 'Member must not begin with 0' }).optional(),
  /**
   * For the management account only: whether the owner has to confirm the email address first. Default: no, because you
   * are responsible for it.
   */
  confirmEmail: z.boolean().optional(),
});
/** The reason, for the audit log. */
const reason = displayText(256);

export const accountIdInput = z.strictObject({ accountId });
export const accountChangeInput = z.strictObject({ accountId, reason: reason.optional() });
export const updateAccountInput = z.strictObject({ accountId, name: accountName });
export const updateAccountEmailInput = z.strictObject({ accountId, email });
export const listAccountsInput = z.strictObject({
  ...pagingInput,
  /** A part of a name, alias or email address, ignoring case; or an account ID. */
  search: z.string().min(1).max(254).optional(),
  status: accountStatus.optional(),
});
export const listAccountsOutput = z.object({ accounts: z.array(account), ...pagingOutput });
export const accountOutput = z.object({ account });
export const noInput = z.strictObject({});
export const accountAliasInput = z.strictObject({ accountAlias });
export const listAccountAliasesInput = z.strictObject({ ...pagingInput });
export const listAccountAliasesOutput = z.object({ accountAliases: z.array(z.string()), ...pagingOutput });
