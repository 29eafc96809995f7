import type { Check } from '../check.js';

/** Names of roles and teams rather than of one person or program. */
const SHARED_NAME =
  /^(?:shared|common|team|group|everyone|all|generic|office|staff|admins?|administrators?|root|ops|devops|dev(?:eloper)?s?|support|users?|guests?|tests?|demo|temp)(?:[-_.]?(?:user|users|account|team|\d+))?$/i;

export const sharedUser: Check = {
  id: 'shared-user',
  severity: 'low',
  title: 'A user with a password looks shared',
  recommendation:
    'Give everyone a user of their own, in a group with the same policies: the audit log then names people.',
  async find(account) {
    const shared = (await account.loginProfiles()).filter(({ user }) => SHARED_NAME.test(user.name));
    return shared.map(({ user }) => ({
      subject: user.identityId,
      resource: account.arnOf(user),
      evidence: `${user.name} has a password and no name of a person`,
      fix: [{ operation: 'iam:DeleteLoginProfile', input: { userName: user.name } }],
    }));
  },
};
