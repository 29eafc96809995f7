import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiError } from '../../kernel/errors/errors.js';
import type { Settings } from '../../kernel/config/settings.js';

/** Probes must distinguish an overloaded process from a dead one, and metrics are most important during overload. */
const exempt = new Set(['/healthz', '/readyz', '/metrics']);

/** Milliseconds: the median delay of the event loop in the last interval above which requests are refused. */
const LONGEST_DELAY = 1_000;
/** Milliseconds. */
const MEASURING_INTERVAL = 500;

/**
 * Refuses requests with 503 and `Retry-After`, instead of letting them wait without limit, if there are too many in
 * progress or the event loop is delayed. A request counts once its body has been received, so slow senders do not use
 * up the limit; the time for a whole request limits them.
 */
export function registerAdmission(server: FastifyInstance, { requestsAtOnce }: Settings): void {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  let isLate = false;
  let wasLate = false;
  // Twice in a row: a single stall, such as a process that was not scheduled, is over when it is measured.
  const timer = setInterval(() => {
    const lateNow = measure(delay);
    isLate = lateNow && wasLate;
    wasLate = lateNow;
  }, MEASURING_INTERVAL).unref();
  let underWay = 0;

  server.addHook('onRequest', (request, _reply, done) => {
    done(isLate && !isExempt(request) ? overloaded() : undefined);
  });
  server.addHook('preValidation', (request, reply, done) => {
    if (isExempt(request)) return done();
    if (underWay >= requestsAtOnce) return done(overloaded());
    underWay += 1;
    // However it ends: with a response, an error, or a disconnect of the client.
    reply.raw.once('close', () => (underWay -= 1));
    return done();
  });
  server.addHook('onClose', (_server, done) => {
    clearInterval(timer);
    delay.disable();
    done();
  });
}

function isExempt({ url }: FastifyRequest): boolean {
  return exempt.has(url.split('?', 1)[0]!);
}

function measure(delay: IntervalHistogram): boolean {
  const milliseconds = delay.percentile(50) / 1e6;
  delay.reset();
  return milliseconds > LONGEST_DELAY;
}

function overloaded(): ApiError {
  return new ApiError('ServiceUnavailable', 'The server is overloaded. Try again shortly.');
}
