import type { DelegationState } from '../../generated/prisma/client.js';
import { expiryOf, stateAt, type Step, take } from './request-states.js';

const now = new Date('2026-01-01T00:00:00Z');
const later = (days: number) => new Date(now.getTime() + days * 86_400_000);

/** Source: IAM User Guide, "Understanding the Request Lifecycle". */
const allowed: Record<Step, Partial<Record<DelegationState, DelegationState>>> = {
  associate: { UNASSIGNED: 'ASSIGNED' },
  update: { ASSIGNED: 'PENDING_APPROVAL', PENDING_APPROVAL: 'PENDING_APPROVAL' },
  accept: { ASSIGNED: 'ACCEPTED', PENDING_APPROVAL: 'ACCEPTED' },
  reject: { ASSIGNED: 'REJECTED', PENDING_APPROVAL: 'REJECTED', ACCEPTED: 'REJECTED' },
  send: { ACCEPTED: 'FINALIZED' },
};
const states = ['UNASSIGNED', 'ASSIGNED', 'PENDING_APPROVAL', 'ACCEPTED', 'FINALIZED', 'REJECTED'] as const;

describe.each(Object.keys(allowed) as Step[])('%s', (step) => {
  it.each(states)('from %s', (state) => {
    const next = () => take(step, { state, expiresAt: later(1) }, now).state;
    const to = allowed[step][state];
    if (to) expect(next()).toBe(to);
    else expect(next).toThrow(`is ${state}`);
  });

  it.each(states)('is not possible when %s has expired', (state) => {
    expect(() => take(step, { state, expiresAt: now }, now)).toThrow('is EXPIRED');
  });
});

it('gives a day to find an owner, and seven days from every step', () => {
  expect(expiryOf('UNASSIGNED', now)).toEqual(later(1));
  expect(take('accept', { state: 'ASSIGNED', expiresAt: later(1) }, now).expiresAt).toEqual(later(7));
  expect(stateAt({ state: 'ACCEPTED', expiresAt: later(7) }, later(8))).toBe('EXPIRED');
});
