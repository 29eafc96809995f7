import type { Settings } from '../kernel/config/settings.js';
import type { Effect } from './declaration.js';
import type { ExchangeSteps } from './exchange-steps.service.js';
import type { Operation } from './operation.js';
import type { OperationSteps } from './operation-steps.service.js';

/** Kinds of operations that callers call; the others take a credential instead, or nothing. */
type CallerKind = Effect | 'signsUp';
type StrangerKind = 'exchanges' | 'exchangesSlowly' | 'throttled' | 'public';
export type OperationKind = CallerKind | StrangerKind;

/** Brackets around steps: the method that opens one is given the steps within it. */
export const BRACKETS = {
  takeTurn: { end: 'leaveTurn', method: 'inTurn' },
  lookUp: { end: 'endLookUp', method: 'inLookUp' },
  begin: { end: 'commit', method: 'transaction' },
} as const;
type Bracket = keyof typeof BRACKETS;
type BracketMethod = (typeof BRACKETS)[Bracket]['method'];

type MethodOf<Steps> = Exclude<keyof Steps, BracketMethod>;
type NameOf<Steps> = MethodOf<Steps> | Bracket | (typeof BRACKETS)[Bracket]['end'];

/** A step of a call. */
export type StepMethod = MethodOf<OperationSteps> | MethodOf<ExchangeSteps>;
export type StepName = NameOf<OperationSteps> | NameOf<ExchangeSteps>;

const ENTER = ['authenticate', 'validate', 'verifySecondFactor', 'chooseAccount'] as const;
const ADMIT = ['authenticateOrAdmit', 'validate', 'countStranger', 'chooseAccount'] as const;
const DECIDE = ['locate', 'decide', 'requireTarget'] as const;
const CHANGE = [...DECIDE, 'requireStepUp', 'handle'] as const;
const VERIFY = ['verifyCredential', 'settleAttempt', 'requireAccepted'] as const;

type Plans = Readonly<
  Record<CallerKind, readonly NameOf<OperationSteps>[]> & Record<StrangerKind, readonly NameOf<ExchangeSteps>[]>
>;

/**
 * The way of a request: what each kind of operation does, in order. A refusal (a denial, or a failed attempt that is
 * kept) ends it; a transaction then commits, and the refusal is recorded and answered.
 *
 * A credential whose strategy has `examine` is verified between two transactions, without a row locked.
 */
// prettier-ignore
export const PLANS: Plans = {
  readsMemory:      [...ENTER,                                                         ...DECIDE, 'handle', 'recordRead'],
  readsRemembered:  [...ENTER,                              'recall', 'decide', 'requireTarget',            'recordRead'],
  reads:            [...ENTER, 'takeTurn', 'requireRoomForStream', 'begin',            ...DECIDE, 'handle', 'recordRead', 'commit', 'leaveTurn', 'stream'],
  leavesTrace:      [...ENTER,                         'begin',                        ...CHANGE, 'recordTrace', 'commit'],
  changes:          [...ENTER, 'takeTurn',             'begin', 'lockAccount',         ...CHANGE, 'recordChange', 'commit', 'leaveTurn'],
  changesDecisions: [...ENTER,                         'begin', 'lockAccount',         ...CHANGE, 'recordChange', 'raiseEpoch', 'commit'],
  signsUp:          [...ADMIT,                         'begin', 'lockAccount',         ...CHANGE, 'recordChange', 'commit'],

  exchanges:        ['validate',             'begin',  'identify', 'awaitDelay',                                  ...VERIFY, 'handle', 'recordSuccess', 'raiseEpoch', 'commit', 'answer'],
  exchangesSlowly:  ['validate', 'takeTurn', 'lookUp', 'identify', 'awaitDelay', 'endLookUp', 'examine', 'begin', ...VERIFY, 'handle', 'recordSuccess', 'raiseEpoch', 'commit', 'leaveTurn', 'answer'],
  throttled:        ['validate',             'begin',  'countRequest', 'handlePublic', 'commit'],
  public:           ['validate', 'handlePublic'],
};

/** Steps that only some operations of a kind have, depending on their declaration or the settings. */
const CONDITIONS: Partial<Record<StepName, (operation: Operation, settings: Settings) => boolean>> = {
  takeTurn: takesTurns,
  leaveTurn: takesTurns,
  recordSuccess: (operation) =>
    'effect' in operation && operation.effect !== 'reads' && operation.effect !== 'continues',
  verifySecondFactor: (operation) => 'secondFactor' in operation,
  requireRoomForStream: ({ streams }) => streams !== undefined,
  stream: ({ streams }) => streams !== undefined,
  raiseEpoch: changesDecisions,
  requireStepUp: (operation) => 'stepUp' in operation,
  recordRead: (_, { auditReads }) => auditReads,
};

function takesTurns(operation: Operation): boolean {
  return operation.access === 'credential' ? operation.strategy.turns !== undefined : 'longWork' in operation;
}

function changesDecisions(operation: Operation): boolean {
  return 'effect' in operation && operation.effect === 'changesDecisions';
}

/** The names of the steps of every call of the operation. */
export function planOf(operation: Operation, settings: Settings): readonly StepName[] {
  return PLANS[kindOf(operation)].filter((step) => CONDITIONS[step]?.(operation, settings) ?? true);
}

function kindOf(operation: Operation): OperationKind {
  if (operation.access === 'public') return operation.throttle === undefined ? 'public' : 'throttled';
  if (operation.access === 'credential') return operation.strategy.examine ? 'exchangesSlowly' : 'exchanges';
  return operation.access === 'signUp' ? 'signsUp' : operation.effect;
}
