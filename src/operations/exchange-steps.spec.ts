import { z } from 'zod';
import type { CredentialStrategy, Verdict } from '../access/authentication/credential-strategy.js';
import type { Database } from '../kernel/database/database.service.js';
import type { PolicyEpochs } from '../kernel/database/policy-epochs.js';
import { ApiError } from '../kernel/errors/errors.js';
import type { Attempt } from '../kernel/throttling/throttle-rules.js';
import type { Throttle } from '../kernel/throttling/throttle.service.js';
import type { AttemptRecorder, RecordedAttempt } from './attempt-recorder.service.js';
import { ExchangeSteps } from './exchange-steps.service.js';
import { DeniedAttempt, FailedAttempt, SucceededWithError } from './failed-attempt.js';
import { OperationRun } from './operation-run.js';
import type { CredentialOperation } from './operation.js';

const attempt: Attempt = { purpose: 'password', principal: 'ana', address: '192.0.2.1', isKnownAddress: false };
const ofAddress: Attempt = { purpose: 'step', address: '192.0.2.1', isKnownAddress: false };
const presenter = { callerArn: 'arn', callerId: 'id', resourceArn: 'arn', input: {}, grounds: 'Trusted' };
const accepted = { accountId: '123456789012', proof: 'ana', presenter, attempt };
const refused = { ...accepted, proof: undefined, refusal: new ApiError('SignInFailed', 'No.'), reason: 'Wrong' };

/** The steps on a database that commits unless the steps within throw; what was settled, recorded and committed. */
function world({ verdict = accepted, wait = 0, handle = () => ({}) as object, purposes = ['password', 'step'] }) {
  const { proof, ...others } = verdict as { proof: unknown };
  const told = { settled: [] as boolean[], recorded: [] as object[], commits: 0 };
  const within = (_tx: unknown, ...rest: unknown[]) => (rest.at(-1) as () => unknown)();
  const database = {
    forAccount: async (_id: string, work: (tx: object) => Promise<void>) => {
      await work({});
      told.commits += 1;
    },
    forPlatform: (work: (tx: object) => Promise<void>) => database.forAccount('', work),
    inPlatform: within,
    inAccount: within,
  };
  const throttle = {
    waitOf: () => Promise.resolve(wait),
    settle: (_tx: object, _attempt: Attempt, succeeds: boolean) => {
      if (wait === 0) told.settled.push(succeeds);
      return Promise.resolve(wait);
    },
  };
  const recorder = {
    record: (_tx: object, _id: string, { outcome, reason }: RecordedAttempt) => {
      told.recorded.push({ outcome, reason });
      return Promise.resolve();
    },
  };
  const steps = new ExchangeSteps(
    database as unknown as Database,
    throttle as unknown as Throttle,
    recorder as unknown as AttemptRecorder,
    {} as PolicyEpochs,
  );
  const found = proof === undefined ? others : verdict;
  const strategy: Partial<CredentialStrategy> = { validate: () => Promise.resolve(found as unknown as Verdict) };
  const operation = {
    name: 'gatehouse:SignIn',
    access: 'credential',
    throttle: purposes,
    input: z.strictObject({}),
    strategy,
    handle,
  } as unknown as CredentialOperation;
  const run = new OperationRun({
    operation,
    facts: { receivedAt: new Date() },
    rawInput: {},
  } as never) as never as OperationRun<CredentialOperation>;
  const order = ['verifyCredential', 'settleAttempt', 'requireAccepted', 'handle', 'recordSuccess'] as const;
  const walk = () =>
    steps.transaction(run, async () => {
      for (const step of order) if (!run.refusal) await steps[step](run);
    });
  return { steps, run, walk, told };
}

const failureOf = ({ refusal }: OperationRun<CredentialOperation>) => refusal?.error.code;

it('an accepted credential is settled, handled and recorded, with its grounds', async () => {
  const { walk, told, run } = world({});
  await walk();
  expect(told).toEqual({ settled: [true], recorded: [{ outcome: 'allowed', reason: 'Trusted' }], commits: 1 });
  expect(run.refusal).toBeUndefined();
});

it('a refused credential is counted and recorded, which is committed, and handled by nobody', async () => {
  let isHandled = false;
  const handle = () => ({ isHandled: (isHandled = true) });
  const { walk, told, run } = world({ verdict: refused as never, handle });
  await walk();
  expect(told).toEqual({ settled: [false], recorded: [{ outcome: 'failed', reason: 'Wrong' }], commits: 1 });
  expect(failureOf(run)).toBe('SignInFailed');
  expect(isHandled).toBe(false);
});

it('what the throttle refuses leaves no event, and does not tell whether it was right', async () => {
  for (const verdict of [accepted, refused as never]) {
    const { walk, told, run } = world({ verdict, wait: 5 });
    await walk();
    expect(told).toEqual({ settled: [], recorded: [], commits: 1 });
    expect(failureOf(run)).toBe('Throttling');
  }
});

it('an attempt that the throttle delays is not verified', async () => {
  const { steps, run, told } = world({ wait: 5 });
  run.call.operation.strategy.identify = () => ({ attempt });
  await steps.transaction(run, async () => {
    await steps.identify(run);
    await steps.awaitDelay(run);
  });
  expect([failureOf(run), told.commits]).toEqual(['Throttling', 1]);
  expect(() => steps.recordSuccess(run)).toThrow('has verified nothing');
});

it('a success forgives no failures of an address, which may be of others', async () => {
  const { walk, told } = world({ verdict: { ...accepted, attempt: ofAddress } });
  await walk();
  expect(told.settled).toEqual([]);
});

it.each([
  [new FailedAttempt('InvalidInput', 'Bad.'), 'failed'],
  [new DeniedAttempt('AccessDenied', 'No.'), 'implicitDeny'],
])('a failed attempt of the handler is committed, with its event', async (failure, outcome) => {
  const { walk, told, run } = world({ handle: () => Promise.reject(failure) });
  await walk();
  expect(told).toMatchObject({ recorded: [{ outcome, reason: failure.message }], commits: 1 });
  expect(failureOf(run)).toBe(failure.code);
});

it('other errors of the handler undo everything', async () => {
  const { walk, told } = world({ handle: () => Promise.reject(new ApiError('PasswordPolicyViolation', 'Short.')) });
  await expect(walk()).rejects.toMatchObject({ code: 'PasswordPolicyViolation' });
  expect(told.commits).toBe(0);
});

it('a success with an error is recorded as a success, committed, and answered with the error', async () => {
  const { steps, walk, told, run } = world({
    handle: () => Promise.reject(new SucceededWithError('PasswordExpired', 'Old.')),
  });
  await walk();
  expect(told).toMatchObject({ recorded: [{ outcome: 'allowed' }], commits: 1 });
  expect(() => steps.answer(run)).toThrow('Old.');
});

it('nothing is counted that the operation does not declare', async () => {
  const { walk } = world({ purposes: [] });
  await expect(walk()).rejects.toThrow('gatehouse:SignIn does not declare password');
});
