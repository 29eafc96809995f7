import { makeSpans, type SpanMaker } from './spans.js';

/** OpenTelemetry's own variables, "OTLP Exporter Configuration": either of them specifies the endpoint. */
const ENDPOINTS = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'];

/**
 * Starts tracing if OpenTelemetry's environment variables specify a collector; otherwise nothing of OpenTelemetry is
 * loaded. Sampling, headers, batches and the service name are set by its variables too. Spans contain names from the
 * code and outcomes, never data of a request.
 *
 * @returns sends the remaining spans and stops tracing
 */
export async function startTracing(): Promise<() => Promise<void>> {
  if (!ENDPOINTS.some((name) => process.env[name])) return () => Promise.resolve();
  process.env['OTEL_SERVICE_NAME'] ??= 'gatehouse';
  const { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } = await import('@opentelemetry/api');
  const { BatchSpanProcessor, NodeTracerProvider } = await import('@opentelemetry/sdk-trace-node');
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  const { defaultResource, detectResources, envDetector } = await import('@opentelemetry/resources');

  const resource = defaultResource().merge(detectResources({ detectors: [envDetector] }));
  const spanProcessors = [new BatchSpanProcessor(new OTLPTraceExporter())];
  const provider = new NodeTracerProvider({ resource, spanProcessors });
  provider.register();
  const tracer = trace.getTracer('gatehouse');

  const maker: SpanMaker = {
    request: (name, attributes, caller, work) => {
      const parent = propagation.extract(ROOT_CONTEXT, caller);
      return context.with(parent, () => span(name, SpanKind.SERVER, attributes, work));
    },
    part: (name, attributes, work) => span(name, SpanKind.INTERNAL, attributes, work),
  };
  makeSpans(maker);
  return async () => {
    makeSpans(undefined);
    await provider.shutdown();
  };

  function span<Result>(
    name: string,
    kind: (typeof SpanKind)[keyof typeof SpanKind],
    attributes: Readonly<Record<string, string>>,
    work: () => Result,
  ): Result {
    return tracer.startActiveSpan(name, { kind, attributes: { ...attributes } }, (active) => {
      const fail = (error: unknown): never => {
        // Its message may contain data of the request.
        active.setAttribute('error.type', kindOf(error)).setStatus({ code: SpanStatusCode.ERROR });
        active.end();
        throw error;
      };
      const end = <Value>(value: Value): Value => {
        active.end();
        return value;
      };
      try {
        const result = work();
        return result instanceof Promise ? (result.then(end, fail) as Result) : end(result);
      } catch (error) {
        return fail(error);
      }
    });
  }
}

/** The code of an API error, the name of any other error. */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^\w{1,64}$/.test(code) ? code : error.name;
}
