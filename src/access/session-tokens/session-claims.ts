import { z } from 'zod';

const text = z.string();

/**
 * The claims of temporary credentials. They are sealed in the session token, so that issuing credentials writes nothing
 * and any replica can read them. Names are short because the length of tokens is limited.
 */
export const sessionClaims = z.strictObject({
  /** `session`: GetSessionToken; `role`: AssumeRole…; `federated`: GetFederationToken; `root`: AssumeRoot. */
  kind: z.enum(['session', 'role', 'federated', 'root']),
  /** The account of the principal. */
  account: text,
  /** The unique ID of the user or role behind the session; the account ID for the root user. */
  principal: text,
  /** For a role session or a federated user. */
  name: text.optional(),
  secret: text,
  /** Seconds since 1970. */
  issued: z.number(),
  expires: z.number(),
  /** The principal's revocation count. Tokens of earlier versions have none. */
  revocations: z.number().default(0),
  /** When MFA was verified, in seconds since 1970. */
  mfa: z.number().optional(),
  /** For credentials requested in a sign-in session: when the password or a passkey was last proved in it. */
  proved: z.number().optional(),
  /** Session policies: the inline policy, and ARNs of managed policies. */
  policy: text.optional(),
  policyArns: z.array(text).optional(),
  /** Scope-down policies, one per exchange: GetScopedCredentials, GetDelegatedAccessToken. */
  scopes: z.array(text).optional(),
  /** The delegation request behind the credentials. */
  delegation: text.optional(),
  /** Session tags, and the keys of those that are transitive. */
  tags: z.record(text, text).optional(),
  transitive: z.array(text).optional(),
  sourceIdentity: text.optional(),
  /** The ARN or host name of the identity provider that authenticated the caller. */
  provider: text.optional(),
  /** Condition keys from the provider's token or assertion: the session keeps them. */
  keys: z.record(text, z.union([text, z.array(text)])).optional(),
});

export type SessionClaims = z.output<typeof sessionClaims>;
