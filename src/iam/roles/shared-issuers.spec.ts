import { parsePolicy } from 'gatehouse-policy-engine';
import { findOpenTrust } from './shared-issuers.js';

/** Threat: anybody with an account at GitHub or GitLab assumes a role that trusts their issuer. */
const github = 'token.actions.githubusercontent.com';

function check(issuer: string, parts: object = {}) {
  const statement = {
    Effect: 'Allow',
    Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${issuer}` },
    Action: 'sts:AssumeRoleWithWebIdentity',
    ...parts,
  };
  const document = JSON.stringify({ Version: '2012-10-17', Statement: statement });
  return findOpenTrust(parsePolicy(document, 'trust'));
}

const subject = (operator: string, ...values: string[]) => ({
  Condition: { [operator]: { [`${github}:sub`]: values } },
});

it.each<[string, string, object]>([
  ['no condition', github, {}],
  [
    'a condition on the audience alone',
    github,
    { Condition: { StringEquals: { [`${github}:aud`]: 'sts.amazonaws.com' } } },
  ],
  ['any subject', github, subject('StringLike', '*')],
  ['any repository', github, subject('StringLike', 'repo:*')],
  ['the beginning of an organization', github, subject('StringLike', 'repo:octo*')],
  ['one value that is open among others', github, subject('StringLike', 'repo:octo/app:*', 'repo:*/app:*')],
  ['a negated condition', github, subject('StringNotEquals', 'repo:evil/app:ref')],
  ['a condition that holds without the key', github, subject('StringEqualsIfExists', 'repo:octo/app:ref')],
  ['a condition that holds for no values', github, subject('ForAllValues:StringEquals', 'repo:octo/app:ref')],
  ['any project', 'gitlab.com', { Condition: { StringLike: { 'gitlab.com:sub': 'project_path:*' } } }],
  ['a provider by host name', github, { Principal: { Federated: github } }],
])('finds %s', (_, issuer, parts) => {
  expect(check(issuer, parts)).toMatchObject({ issuer });
});

it.each<[string, string, object]>([
  ['a repository', github, subject('StringEquals', 'repo:octo/app:ref:refs/heads/main')],
  ['an organization', github, subject('StringLike', 'repo:octo/*')],
  ['an environment of any repository', github, subject('ForAnyValue:StringLike', 'repo:octo/*:environment:prod')],
  ['a group', 'gitlab.com', { Condition: { StringLike: { 'gitlab.com:sub': 'project_path:mygroup/*' } } }],
  ["an issuer of one's own", 'login.example.com', {}],
  ['a Deny', github, { Effect: 'Deny' }],
  ['another action', github, { Action: 'sts:TagSession' }],
])('takes %s', (_, issuer, parts) => {
  expect(check(issuer, parts)).toBeUndefined();
});
