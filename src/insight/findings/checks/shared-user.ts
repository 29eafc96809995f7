import type { Check } from '../check.js';

/** Names of roles and teams instead of a person or program. */
const SHARED_NAME =
  /^(?:shared|common|team|group|everyone|all|generic|office|staff|admins?|administrators?|root|ops|devops|dev(?:eloper)?s?|support|users?|guests?|tests?|demo|temp)(?:[-_.]?(?:user|users|account|team|\d+))?$/i;

export const sharedUser: Check = {
  id: 'shared-user',
  severity: 'low',
  title: 'A user with a password appears to be shared',
  recommendation:
    'Create a separate user for each person, in a group with the same policies. The audit log then identifies people.',
  async find(account) {
    const crowds = await account.crowdedSignIns();
    const found = (await account.loginProfiles()).map(({ user }) => {
      const crowd = crowds.get(user.identityId);
      const evidence = [
        ...(SHARED_NAME.test(user.name) ? [`${user.name} has a password, but the name is not that of a person`] : []),
        ...(crowd
          ? [`${user.name} signed in from ${crowd.addresses} addresses with ${crowd.programs} programs within an hour`]
          : []),
      ];
      return { user, evidence };
    });
    const shared = found.filter(({ evidence }) => evidence.length > 0);
    return shared.map(({ user, evidence }) => ({
      subject: user.identityId,
      resource: account.arnOf(user),
      evidence: evidence.join('; '),
      fix: [{ operation: 'iam:DeleteLoginProfile', input: { userName: user.name } }],
    }));
  },
};
