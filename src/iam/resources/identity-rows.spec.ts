import { rowOf } from './identity-rows.js';

describe('rowOf', () => {
  const none = { trustPolicy: null, maxSessionDurationSeconds: null };
  const role = { identityId: 'AROA1', type: 'role', trustPolicy: '{}', maxSessionDurationSeconds: 3600 } as const;

  it('gives a row of the kind back', () => {
    expect(rowOf('role', role)).toBe(role);
    const user = { identityId: 'AIDA1', type: 'user', ...none } as const;
    expect(rowOf('user', user)).toBe(user);
  });

  it('refuses a row of another kind', () => {
    expect(() => rowOf('user', role)).toThrow('AROA1 is not a complete user');
  });

  it('refuses a role without what a role must have', () => {
    expect(() => rowOf('role', { ...role, ...none })).toThrow('AROA1 is not a complete role');
  });
});
