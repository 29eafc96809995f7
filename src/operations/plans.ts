import type { Settings } from '../kernel/config/settings.js';
import type { Effect } from './declaration.js';
import type { Operation } from './operation.js';
import type { OperationSteps } from './operation-steps.service.js';

export type OperationKind = Effect | 'signsUp' | 'public';

/** Brackets around steps: the method of `OperationSteps` that opens one is given the steps within it. */
export const BRACKETS = {
  takeTurn: { end: 'leaveTurn', method: 'inTurn' },
  begin: { end: 'commit', method: 'transaction' },
} as const;
type Bracket = keyof typeof BRACKETS;

/** A step of a call. */
export type StepMethod = Exclude<keyof OperationSteps, (typeof BRACKETS)[Bracket]['method'] | 'refuse'>;

export type StepName = StepMethod | Bracket | (typeof BRACKETS)[Bracket]['end'];

const ENTER = ['authenticate', 'validate', 'verifySecondFactor', 'chooseAccount'] as const;
const ADMIT = ['authenticateOrAdmit', 'validate', 'countStranger', 'chooseAccount'] as const;
const DECIDE = ['locate', 'decide', 'requireTarget'] as const;
const CHANGE = [...DECIDE, 'requireStepUp', 'handle'] as const;

/**
 * The way of a request: what each kind of operation does, in order. A refusal (a denial, or a failed attempt that is
 * kept) ends it; a transaction then commits, and the refusal is recorded and answered.
 */
// prettier-ignore
export const PLANS: Readonly<Record<OperationKind, readonly StepName[]>> = {
  readsMemory:      [...ENTER,                                                         ...DECIDE, 'handle', 'recordRead'],
  readsRemembered:  [...ENTER,                              'recall', 'decide', 'requireTarget',            'recordRead'],
  reads:            [...ENTER, 'takeTurn', 'requireRoomForStream', 'begin',            ...DECIDE, 'handle', 'recordRead', 'commit', 'leaveTurn', 'stream'],
  leavesTrace:      [...ENTER,                         'begin',                        ...CHANGE, 'recordTrace', 'commit'],
  changes:          [...ENTER, 'takeTurn',             'begin', 'lockAccount',         ...CHANGE, 'recordChange', 'commit', 'leaveTurn'],
  changesDecisions: [...ENTER,                         'begin', 'lockAccount',         ...CHANGE, 'recordChange', 'raiseEpoch', 'commit'],
  signsUp:          [...ADMIT,                         'begin', 'lockAccount',         ...CHANGE, 'recordChange', 'commit'],
  public:           ['validate', 'handlePublic'],
};

/** Steps that only some operations of a kind have, by their declaration or the settings. */
const CONDITIONS: Partial<Record<StepName, (operation: Operation, settings: Settings) => boolean>> = {
  takeTurn: hasLongWork,
  leaveTurn: hasLongWork,
  verifySecondFactor: (operation) => 'secondFactor' in operation,
  requireRoomForStream: ({ streams }) => streams !== undefined,
  stream: ({ streams }) => streams !== undefined,
  requireStepUp: (operation) => 'stepUp' in operation,
  recordRead: (_, { auditReads }) => auditReads,
};

function hasLongWork(operation: Operation): boolean {
  return 'longWork' in operation;
}

/** The names of the steps that every call of the operation takes. */
export function planOf(operation: Operation, settings: Settings): readonly StepName[] {
  return PLANS[kindOf(operation)].filter((step) => CONDITIONS[step]?.(operation, settings) ?? true);
}

function kindOf(operation: Operation): OperationKind {
  if (operation.access === 'public') return 'public';
  return operation.access === 'signUp' ? 'signsUp' : operation.effect;
}
