import type { LocateScope } from '../../access/actions/action.js';
import type { Caller } from '../../access/actions/caller.js';
import { locateUserOrCaller } from './identity.target.js';

const accountId = '123456789012';

function scopeOf(principal: Caller['principal']): LocateScope<object> {
  const caller = { principal, accountId } as Caller;
  return { input: {}, caller, accountId, partition: 'aws' } as unknown as LocateScope<object>;
}

describe('locateUserOrCaller, without a user name', () => {
  it('means the root user when that is who asks', () => {
    const arn = `arn:aws:iam::${accountId}:root`;
    expect(locateUserOrCaller(scopeOf({ type: 'root', accountId, arn }))).toEqual({
      arn,
      identityId: accountId,
      row: undefined,
    });
  });

  /** Threat: an administrator's role gives the root user an MFA device or access key, or removes its devices. */
  it.each(['assumedRole', 'federatedUser'])('never means the root user for a session of type %s', (type) => {
    const principal = { type, accountId, arn: 'arn' } as Caller['principal'];
    expect(() => locateUserOrCaller(scopeOf(principal))).toThrow(
      'Must specify userName when calling with non-User credentials',
    );
  });
});
