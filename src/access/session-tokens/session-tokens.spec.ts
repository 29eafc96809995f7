import { randomBytes } from 'node:crypto';
import { SecretBox } from '../../kernel/secrets/secret-box.js';
import type { SessionClaims } from './session-claims.js';
import { packedPolicySize, SessionTokens } from './session-tokens.service.js';

type Claims = Omit<SessionClaims, 'secret'>;

const claims: Claims = {
  kind: 'role',
  account: '123456789012',
  principal: 'AROAEXAMPLE',
  name: 'session',
  issued: 1_900_000_000,
  expires: 1_900_000_900,
  revocations: 0,
};
const masterKey = randomBytes(32);
const tokens = new SessionTokens(new SecretBox(masterKey));

const noise = (characters: number) => randomBytes(characters).toString('base64url').slice(0, characters);

it('what is issued is what is opened, on any replica with the same master key', () => {
  const full: Claims = {
    ...claims,
    policy: '{"Version":"2012-10-17"}',
    policyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
    tags: { team: 'blue' },
    transitive: ['team'],
    sourceIdentity: 'ana',
    mfa: 1_900_000_000,
    provider: 'arn:aws:iam::123456789012:saml-provider/corp',
    keys: { 'saml:sub': 'ana', 'saml:edupersonorgdn': ['a', 'b'] },
  };
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = tokens.issue(full);
  const replica = new SessionTokens(new SecretBox(masterKey));
  expect(replica.open(accessKeyId, sessionToken)).toEqual({ ...full, secret: secretAccessKey });
  expect(expiration).toEqual(new Date(1_900_000_900_000));
});

it('opens with no other access key and under no other master key', () => {
  const issued = tokens.issue(claims);
  const other = tokens.issue(claims);
  expect(tokens.open(other.accessKeyId, issued.sessionToken)).toBeUndefined();
  const stranger = new SessionTokens(new SecretBox(randomBytes(32)));
  expect(stranger.open(issued.accessKeyId, issued.sessionToken)).toBeUndefined();
});

/** Threat: a value that was sealed for the database, such as a secret access key, is presented as a token. */
it('opens nothing that the master key sealed for another purpose', () => {
  const { accessKeyId } = tokens.issue(claims);
  const sealed = new SecretBox(masterKey).seal(Buffer.from('{}'), ['session-token', accessKeyId]);
  expect(tokens.open(accessKeyId, sealed.toString('base64'))).toBeUndefined();
});

it('every changed byte is noticed, and so is another spelling of the same bytes', () => {
  const { accessKeyId, sessionToken } = tokens.issue(claims);
  const sealed = Buffer.from(sessionToken, 'base64');
  for (let index = 0; index < sealed.length; index += 1) {
    const changed = Buffer.from(sealed);
    changed[index]! ^= 1;
    expect(tokens.open(accessKeyId, changed.toString('base64'))).toBeUndefined();
  }
  expect(tokens.open(accessKeyId, `${sessionToken} `)).toBeUndefined();
});

it('stays under 4 kB, or is not issued', () => {
  const fits = { ...claims, policy: noise(2048) };
  expect(packedPolicySize(fits)).toBeLessThanOrEqual(100);
  expect(tokens.issue(fits).sessionToken.length).toBeLessThan(4096);
  expect(() => packedPolicySize({ policy: noise(3000) })).toThrow(/^Packed policy consumes 1\d\d% of/);
  expect(() => tokens.issue({ ...claims, keys: { 'saml:sub': noise(4000) } })).toThrow('Packed policy');
});
