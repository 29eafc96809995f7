import { z } from 'zod';
import type { Settings } from '../kernel/config/settings.js';
import type { Effect } from './declaration.js';
import type { Operation } from './operation.js';
import type { CredentialStrategy } from '../access/authentication/credential-strategy.js';
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

function anExchange(more: object = {}, strategy: Partial<CredentialStrategy> = {}): Operation {
  return anOperation({
    access: 'credential',
    credential: 'password',
    throttle: [],
    effect: 'changes',
    strategy,
    ...more,
  });
}

/** Of operations with a credential. */
const IN_ORDER: ReadonlySet<string> = new Set([
  'validate',
  'identify',
  'awaitDelay',
  'verifyCredential',
  'settleAttempt',
  'requireAccepted',
  'handle',
  'recordSuccess',
  'raiseEpoch',
  'commit',
  'answer',
]);

describe('plans', () => {
  const deciding = Object.entries(PLANS).filter(([, plan]) => plan.some((step) => step.startsWith('authenticate')));

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
    const raising = deciding.filter(([, plan]) => [...plan].includes('raiseEpoch'));
    expect(raising.map(([kind]) => kind)).toEqual(['changesDecisions']);
    const raisedBy = (effect: string) => planOf(anExchange({ effect }), settings).includes('raiseEpoch');
    expect(['changes', 'changesDecisions'].map(raisedBy)).toEqual([false, true]);
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

  it.each(['exchanges', 'exchangesSlowly'] as const)(
    '%s: nothing is handled before the credential is accepted and counted, in one transaction with the event',
    (kind) => {
      const order = PLANS[kind].filter((step) => IN_ORDER.has(step));
      expect(order).toEqual([...IN_ORDER]);
    },
  );

  it('verifies what takes long while no transaction is open', () => {
    const plan = planOf(anExchange({}, { examine: (_, claim) => Promise.resolve(claim) }), settings);
    expect(plan.indexOf('examine')).toBe(plan.indexOf('endLookUp') + 1);
    expect(plan.indexOf('begin')).toBe(plan.indexOf('examine') + 1);
    expect(planOf(anExchange(), settings)).not.toContain('examine');
  });

  it('records no success of an operation that a later one completes', () => {
    const isRecorded = (effect: string) => planOf(anExchange({ effect }), settings).includes('recordSuccess');
    expect(['reads', 'continues', 'leavesTrace', 'changes'].map(isRecorded)).toEqual([false, false, true, true]);
  });

  it('counts requests of strangers before they are handled, where they are counted', () => {
    const counted = planOf(anOperation({ access: 'public', throttle: 'recovery' }), settings);
    expect(counted.indexOf('countRequest')).toBeLessThan(counted.indexOf('handlePublic'));
    expect(planOf(anOperation({ access: 'public' }), settings)).toEqual(['validate', 'handlePublic']);
  });
});
