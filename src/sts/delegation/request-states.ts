import { ApiError } from '../../kernel/errors/errors.js';
import type { DelegationState } from '../../generated/prisma/client.js';

const DAY = 24 * 60 * 60 * 1000;

/**
 * From which states a step may be taken, and the resulting state. Source: IAM User Guide, "Understanding the Request
 * Lifecycle".
 */
const steps = {
  associate: { from: ['UNASSIGNED'], to: 'ASSIGNED' },
  update: { from: ['ASSIGNED', 'PENDING_APPROVAL'], to: 'PENDING_APPROVAL' },
  accept: { from: ['ASSIGNED', 'PENDING_APPROVAL'], to: 'ACCEPTED' },
  reject: { from: ['ASSIGNED', 'PENDING_APPROVAL', 'ACCEPTED'], to: 'REJECTED' },
  send: { from: ['ACCEPTED'], to: 'FINALIZED' },
} as const satisfies Record<string, { from: readonly DelegationState[]; to: DelegationState }>;

export type Step = keyof typeof steps;

interface Standing {
  readonly state: DelegationState;
  readonly expiresAt: Date;
}

/** The visible state: a request past its time is expired. */
export function stateAt({ state, expiresAt }: Standing, now: Date): DelegationState | 'EXPIRED' {
  return now < expiresAt ? state : 'EXPIRED';
}

/** One day to find an owner, seven days in every other state. */
export function expiryOf(state: DelegationState, now: Date): Date {
  return new Date(now.getTime() + (state === 'UNASSIGNED' ? DAY : 7 * DAY));
}

/**
 * @returns the columns to write
 * @throws ApiError InvalidInput if the state does not permit the step
 */
export function take(step: Step, request: Standing, now: Date) {
  const current = stateAt(request, now);
  const { from, to } = steps[step];
  if (!(from as readonly string[]).includes(current)) {
    const message = `The delegation request is ${current}. It must be ${from.join(' or ')} for this operation.`;
    throw new ApiError('InvalidInput', message);
  }
  return { state: to, expiresAt: expiryOf(to, now), updatedAt: now };
}
