import { problemOf } from './plain-url.js';

/** Threat: what was signed, or what a proxy let through, is not what runs. */
it.each([
  ['/v1/groups/g1/users/..', 'has a dot segment'],
  ['/v1/groups/g1/users/%2e%2E', 'has a dot segment'],
  ['/v1/groups/.%2e/users', 'has a dot segment'],
  ['/v1/./users', 'has a dot segment'],
  ['/v1/users/a%2F..%2Fb', 'has a dot segment'],
  ['/v1/users/%2e%2f', 'has a dot segment'],
  ['/v1//users', 'has an empty segment'],
  ['//v1/users', 'has an empty segment'],
  ['/v1/users//', 'has an empty segment'],
  ['/v1\\users', 'has a backslash in its path'],
  ['/v1/users/%00', 'has the character U+0000'],
  ['/v1/users?marker=a%00', 'has the character U+0000'],
  ['/v1/users/%', 'has a percent sign that begins no UTF-8 character'],
  ['/v1/users/%zz', 'has a percent sign that begins no UTF-8 character'],
  ['/v1/users/%ff', 'has a percent sign that begins no UTF-8 character'],
  ['/v1/users/%C0%AE', 'has a percent sign that begins no UTF-8 character'],
  ['/v1/users?marker=%C0%AE', 'has a percent sign that begins no UTF-8 character'],
  ['/v1/users#x', 'must be a path with or without a query'],
  ['http://127.0.0.1/v1/users', 'must be a path with or without a query'],
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
