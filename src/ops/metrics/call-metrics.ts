import { Injectable } from '@nestjs/common';
import { Counter, Histogram } from 'prom-client';
import { Batch } from './batch.js';
import { type Observer, Observers } from '../../access/authorization/observers.js';
import type { ApiError } from '../../kernel/errors/errors.js';
import { Settings } from '../../kernel/config/settings.js';
import type { Verdict } from 'gatehouse-policy-engine';
import { MetricsRegistry } from './metrics-registry.js';

/** Seconds: from a response from memory to the maximum duration of a transaction. */
const callBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15];
/** Seconds: the engine alone, without loading policies, takes microseconds. */
const decisionBuckets = [0.000005, 0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.005, 0.025, 0.1];

/** Counts calls and decisions when they end, many at a time. */
@Injectable()
export class CallMetrics implements Observer {
  private readonly calls = new Batch<Call>(({ operation, level, seconds, outcome }) => {
    this.callsTotal.inc({ operation, outcome });
    this.callSeconds.observe({ access_level: level }, seconds);
  });
  private readonly decisions = new Batch<{ readonly verdict: Verdict; readonly seconds: number }>(
    ({ verdict, seconds }) => this.decisionSeconds.observe({ verdict }, seconds),
  );
  private readonly callsTotal: Counter<'operation' | 'outcome'>;
  private readonly callSeconds: Histogram<'access_level'>;
  private readonly decisionSeconds: Histogram<'verdict'>;

  constructor({ registry }: MetricsRegistry, observers: Observers, { metrics }: Settings) {
    const registers = [registry];
    this.callsTotal = new Counter({
      name: 'gatehouse_operations_total',
      help: 'Calls of operations, by outcome: succeeded, denied, refused, throttled or failed.',
      labelNames: ['operation', 'outcome'],
      registers,
      collect: () => this.calls.flush(),
    });
    this.callSeconds = new Histogram({
      name: 'gatehouse_operation_duration_seconds',
      help: 'Time from the call of an operation to its response, by access level.',
      labelNames: ['access_level'],
      buckets: callBuckets,
      registers,
      collect: () => this.calls.flush(),
    });
    this.decisionSeconds = new Histogram({
      name: 'gatehouse_decision_duration_seconds',
      help: 'Time that the policy engine takes for one decision, by verdict.',
      labelNames: ['verdict'],
      buckets: decisionBuckets,
      registers,
      collect: () => this.decisions.flush(),
    });
    if (metrics) observers.add(this);
  }

  callEnded(operation: string, level: string, seconds: number, error?: ApiError): void {
    this.calls.add({ operation, level, seconds, outcome: outcomeOf(error) });
  }

  decided(verdict: Verdict, seconds: number): void {
    this.decisions.add({ verdict, seconds });
  }
}

type Outcome = 'succeeded' | 'denied' | 'refused' | 'throttled' | 'failed';

interface Call {
  readonly operation: string;
  readonly level: string;
  readonly seconds: number;
  readonly outcome: Outcome;
}

function outcomeOf(error: ApiError | undefined): Outcome {
  if (!error) return 'succeeded';
  if (error.code === 'AccessDenied') return 'denied';
  if (error.code === 'Throttling') return 'throttled';
  return error.status >= 500 ? 'failed' : 'refused';
}
