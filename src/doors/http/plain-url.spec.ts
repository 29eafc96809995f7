import { problemOf } from './plain-url.js';

/** Threat: what runs differs from what was signed, or from what a proxy permitted. */
it.each([
  ['/v1/groups/g1/users/..', 'contains a dot segment'],
  ['/v1/groups/g1/users/%2e%2E', 'contains a dot segment'],
  ['/v1/groups/.%2e/users', 'contains a dot segment'],
  ['/v1/./users', 'contains a dot segment'],
  ['/v1/users/a%2F..%2Fb', 'contains a dot segment'],
  ['/v1/users/%2e%2f', 'contains a dot segment'],
  ['/v1//users', 'contains an empty path segment'],
  ['//v1/users', 'contains an empty path segment'],
  ['/v1/users//', 'contains an empty path segment'],
  ['/v1\\users', 'contains a backslash in its path'],
  ['/v1/users/%00', 'contains the character U+0000'],
  ['/v1/users?marker=a%00', 'contains the character U+0000'],
  ['/v1/users/%', 'contains an invalid percent-encoding'],
  ['/v1/users/%zz', 'contains an invalid percent-encoding'],
  ['/v1/users/%ff', 'contains an invalid percent-encoding'],
  ['/v1/users/%C0%AE', 'contains an invalid percent-encoding'],
  ['/v1/users?marker=%C0%AE', 'contains an invalid percent-encoding'],
  ['/v1/users#x', 'must be a path with an optional query'],
  ['http://127.0.0.1/v1/users', 'must be a path with an optional query'],
])('%s %s', (url, problem) => expect(problemOf(url)).toBe(problem));

it.each([
  '/',
  '/?Action=ListUsers&Version=2010-05-08',
  '/docs/',
  '/docs?/../x',
  '/v1/policies/arn%3Aaws%3Aiam%3A%3A123456789012%3Apolicy%2Fteam%2Fread',
  '/v1/users/a+b%2Bc',
  '/v1/users/...',
  '/v1/users?pathPrefix=%2Fteam+1%2F..%2F&x',
])('%s is plain', (url) => expect(problemOf(url)).toBeUndefined());
