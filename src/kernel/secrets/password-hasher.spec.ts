import { Settings } from '../config/settings.js';
import { PasswordHasher } from './password-hasher.js';

const cheap = new PasswordHasher(
  Settings.fromEnvironment({ GATEHOUSE_ARGON2_MEMORY_KIB: '7168', GATEHOUSE_ARGON2_PASSES: '1' }),
);

it('verifies what it hashed, however the characters are composed', async () => {
  const composed = 'caf\u00e9-Password-1';
  const hash = await cheap.hash(composed);
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=7168,t=1,p=1\$/);
  expect(await cheap.verify(hash, composed.normalize('NFD'))).toBe(true);
  expect(await cheap.verify(hash, 'cafe-Password-1')).toBe(false);
});

it('verifies nothing when there is no password', async () => {
  expect(await cheap.verify(undefined, '')).toBe(false);
});

it('knows a hash of other parameters', async () => {
  const usual = new PasswordHasher(Settings.fromEnvironment({}));
  const hash = await cheap.hash('a password');
  expect(cheap.isOutdated(hash)).toBe(false);
  expect(usual.isOutdated(hash)).toBe(true);
  expect(await usual.verify(hash, 'a password')).toBe(true);
});
