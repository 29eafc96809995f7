import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Observers } from '../access/authorization/observers.js';
import { toApiError } from './to-api-error.js';
import type { MaybePromise } from '../kernel/maybe-promise.js';
import { Settings } from '../kernel/config/settings.js';
import { inRequestSpan } from '../kernel/tracing/spans.js';
import { ExchangeSteps } from './exchange-steps.service.js';
import { isForCallers, type Members, type Operation } from './operation.js';
import { type OperationCall, OperationRun, type Refusal } from './operation-run.js';
import { OperationRegistry } from './operation-registry.js';
import { OperationSteps } from './operation-steps.service.js';
import { BRACKETS, planOf, type StepMethod, type StepName } from './plans.js';

/**
 * INVARIANT: a plan contains only steps for operations of its kind. The types of the steps say for which kind they are;
 * a method, unlike a function type, may be called with a run of any kind.
 */
interface AnyStep {
  take(run: OperationRun): MaybePromise<void>;
  embrace(run: OperationRun, walk: () => MaybePromise<void>): MaybePromise<void>;
}
type Step = AnyStep['take'];
type BracketMethod = (typeof BRACKETS)[keyof typeof BRACKETS]['method'];

/** `OperationSteps` or `ExchangeSteps`. */
type StepMethods = Readonly<Partial<Record<StepMethod, Step> & Record<BracketMethod, AnyStep['embrace']>>>;

const NO_ATTRIBUTES = {};

/** Processes the requests of all doors: it runs the plan of the operation. */
@Injectable()
export class OperationPipeline implements OnApplicationBootstrap {
  private readonly plans = new Map<Operation, readonly Step[]>();

  constructor(
    private readonly registry: OperationRegistry,
    private readonly steps: OperationSteps,
    private readonly exchangeSteps: ExchangeSteps,
    private readonly observers: Observers,
    private readonly settings: Settings,
  ) {}

  onApplicationBootstrap(): void {
    for (const operation of this.registry.all()) {
      const steps: StepMethods = isForCallers(operation) ? this.steps : this.exchangeSteps;
      this.plans.set(operation, compile(planOf(operation, this.settings), steps));
    }
  }

  /**
   * @returns the operation's output without undeclared members; undefined if it has none; its `chunks` if it streams
   * @throws ApiError for all errors that the caller may see
   */
  run(call: OperationCall): Promise<Members | undefined> {
    return inRequestSpan(call.operation.name, NO_ATTRIBUTES, call.http.headers, () => this.answer(call));
  }

  private async answer(call: OperationCall): Promise<Members | undefined> {
    const { operation } = call;
    const level = isForCallers(operation) ? operation.accessLevel : 'Public';
    const startedAt = performance.now();
    try {
      const plan = this.plans.get(operation);
      if (!plan) throw new Error(`${operation.name} has no plan`);
      const run = new OperationRun(call);
      const walking = walk(plan, run);
      if (walking) await walking;
      if (run.refusal) await refuse(run.refusal);
      const answer = operation.streams === undefined ? operation.output?.parse(run.output) : (run.output as Members);
      this.observers.callEnded(operation.name, level, secondsSince(startedAt));
      return answer;
    } catch (thrown) {
      this.observers.callEnded(operation.name, level, secondsSince(startedAt), toApiError(thrown));
      throw thrown;
    }
  }
}

/** The methods that the names stand for; the steps within brackets become one step. */
function compile(names: readonly StepName[], steps: StepMethods): Step[] {
  const at = names.findIndex((name) => name in BRACKETS);
  if (at < 0) return names.map((name) => (run) => steps[name as StepMethod]!(run));
  const { end, method } = BRACKETS[names[at] as keyof typeof BRACKETS];
  const endsAt = names.indexOf(end);
  const within = compile(names.slice(at + 1, endsAt), steps);
  const bracket: Step = (run) => steps[method]!(run, () => walk(within, run));
  return [...compile(names.slice(0, at), steps), bracket, ...compile(names.slice(endsAt + 1), steps)];
}

/**
 * Runs one step after the other. A refusal ends the plan; in a transaction it returns, so that the transaction commits.
 */
function walk(steps: readonly Step[], run: OperationRun, from = 0): MaybePromise<void> {
  for (let index = from; index < steps.length; index += 1) {
    if (run.refusal) return;
    const taken = steps[index]!(run);
    if (taken) return taken.then(() => walk(steps, run, index + 1));
  }
}

async function refuse({ error, record }: Refusal): Promise<never> {
  await record?.();
  throw error;
}

function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}
