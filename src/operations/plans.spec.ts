import { z } from 'zod';
import type { Settings } from '../kernel/config/settings.js';
import type { Effect } from './declaration.js';
import type { Operation } from './operation.js';
import { PLANS, planOf } from './plans.js';

const settings = { auditReads: false } as Settings;

function anOperation(more: object = {}): Operation {
  return {
    name: 'iam:One',
    summary: 'One',
    route: 'GET /one',
    accessLevel: 'Read',
    effect: 'reads' satisfies Effect,
    input: z.strictObject({}),
    errors: [],
    handle: () => undefined,
    ...more,
  };
}

describe('plans', () => {
  const deciding = Object.entries(PLANS).filter(([kind]) => kind !== 'public');

  it.each(deciding)(
    '%s: nothing is handled before the decision, and nothing decided before the caller is known',
    (_, plan) => {
      const order = [...plan];
      const authenticated = order.findIndex((step) => step.startsWith('authenticate'));
      const found = order.findIndex((step) => step === 'locate' || step === 'recall');
      const decided = order.indexOf('decide');
      expect(authenticated).toBe(0);
      expect(found).toBeGreaterThan(authenticated);
      expect(decided).toBeGreaterThan(found);
      expect(order.indexOf('requireTarget')).toBe(decided + 1);
      if (order.includes('handle')) expect(order.indexOf('handle')).toBeGreaterThan(decided);
    },
  );

  it.each(['changes', 'changesDecisions', 'signsUp'] as const)(
    '%s: the account is locked before anything is looked at, and the audit event is in the transaction',
    (kind) => {
      const plan = PLANS[kind];
      expect(plan.indexOf('lockAccount')).toBe(plan.indexOf('begin') + 1);
      expect(plan.indexOf('recordChange')).toBeGreaterThan(plan.indexOf('handle'));
      expect(plan.indexOf('recordChange')).toBeLessThan(plan.indexOf('commit'));
    },
  );

  it('raises the epoch only of changes that can alter a decision', () => {
    const raising = Object.entries(PLANS).filter(([, plan]) => plan.includes('raiseEpoch'));
    expect(raising.map(([kind]) => kind)).toEqual(['changesDecisions']);
  });

  it('has no step that the declaration does not ask for', () => {
    const read = planOf(anOperation(), settings);
    for (const step of ['verifySecondFactor', 'requireStepUp', 'stream', 'recordRead'] as const) {
      expect(read).not.toContain(step);
    }
    expect(planOf(anOperation({ effect: 'changes', stepUp: 'always' }), settings)).toContain('requireStepUp');
    expect(planOf(anOperation({ streams: 'text/csv' }), settings)).toEqual(
      expect.arrayContaining(['requireRoomForStream', 'stream']),
    );
    expect(planOf(anOperation(), { auditReads: true } as Settings)).toContain('recordRead');
  });
});
