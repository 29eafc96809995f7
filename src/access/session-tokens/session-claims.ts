import { z } from 'zod';

const text = z.string();

/**
 * What temporary credentials say of themselves. It travels in the session token, sealed, so that issuing them writes
 * nothing and any replica can read it. Names are short because tokens are.
 */
export const sessionClaims = z.strictObject({
  /** `session`: GetSessionToken; `role`: AssumeRole…; `federated`: GetFederationToken; `root`: AssumeRoot. */
  kind: z.enum(['session', 'role', 'federated', 'root']),
  /** The account of the principal. */
  account: text,
  /** Unique id of the user or role behind the session; the account id for the root user. */
  principal: text,
  /** Of a role session or a federated user. */
  name: text.optional(),
  secret: text,
  /** Seconds since 1970. */
  issued: z.number(),
  expires: z.number(),
  /** The principal's count of revocations. Tokens of earlier versions have none. */
  revocations: z.number().default(0),
  /** When MFA was passed, in seconds since 1970. */
  mfa: z.number().optional(),
  /** Of credentials made from a sign-in session: when the password or a passkey was last proved to it. */
  proved: z.number().optional(),
  /** Session policies: the inline one, and ARNs of managed ones. */
  policy: text.optional(),
  policyArns: z.array(text).optional(),
  /** What the session was narrowed to, one policy each time: GetScopedCredentials, GetDelegatedAccessToken. */
  scopes: z.array(text).optional(),
  /** The delegation request that gave it. */
  delegation: text.optional(),
  /** Session tags, and which of them go on to the next role. */
  tags: z.record(text, text).optional(),
  transitive: z.array(text).optional(),
  sourceIdentity: text.optional(),
  /** The identity provider that vouched for the caller: its ARN or host name. */
  provider: text.optional(),
  /** Condition keys that the provider's token or assertion gave: they stay with the session. */
  keys: z.record(text, z.union([text, z.array(text)])).optional(),
});

export type SessionClaims = z.output<typeof sessionClaims>;
