import { returnPath } from './return-path.js';

it.each(['/signed-in', '/console', '/console/users/ana?tab=mfa#keys', '/docs'])('leads back to %s', (path) => {
  expect(returnPath(path)).toBe(path);
});

/**
 * Threat: a link to the step-up page redirects its visitor, who has just typed the password, to a page of the attacker.
 */
it.each([
  undefined,
  ['/console'],
  '',
  'console',
  'https://evil.example/console',
  '//evil.example/console',
  '/\\evil.example/console',
  '/console/..//evil.example',
  '/console/../v1/sign-out',
  '/console/%2e%2e/v1/sign-out',
  '/consoles',
  '/console\r\nlocation: https://evil.example',
  'javascript:alert(1)',
  `/console/${'a'.repeat(2000)}`,
])('never leads to %j', (path) => {
  expect(returnPath(path)).toBe('/signed-in');
});
