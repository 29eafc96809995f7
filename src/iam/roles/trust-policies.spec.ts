import type { Identity } from '../../generated/prisma/client.js';
import { trustedAs } from './trust-policies.service.js';

describe('trustedAs', () => {
  const ana = 'arn:aws:iam::111122223333:user/ana';
  const role = { trustedIds: { [ana]: 'AIDAOLD' } } as unknown as Identity;

  it('is the ARN itself for the user that was meant', () => {
    expect(trustedAs(role, ana, 'AIDAOLD')).toBe(ana);
  });

  it('is nobody for a new user of the same name', () => {
    expect(trustedAs(role, ana, 'AIDANEW')).toBeUndefined();
  });

  it('is the former ARN for a user that was renamed', () => {
    expect(trustedAs(role, 'arn:aws:iam::111122223333:user/anna', 'AIDAOLD')).toBe(ana);
  });

  it('is the ARN itself for everybody else', () => {
    expect(trustedAs(role, 'arn:aws:iam::111122223333:user/bob', 'AIDABOB')).toBe('arn:aws:iam::111122223333:user/bob');
    expect(trustedAs({ trustedIds: null } as Identity, ana, 'AIDANEW')).toBe(ana);
  });
});
