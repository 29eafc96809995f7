import type { IncomingHttpHeaders } from 'node:http';

export type SpanAttributes = Readonly<Record<string, string>>;

/** Creates the spans of a trace; see `open-telemetry.ts`. */
export interface SpanMaker {
  /** @param caller headers of the request, which may contain the trace context */
  request<Result>(name: string, attributes: SpanAttributes, caller: IncomingHttpHeaders, work: () => Result): Result;
  part<Result>(name: string, attributes: SpanAttributes, work: () => Result): Result;
}

let maker: SpanMaker | undefined;

/** Enables spans. */
export function makeSpans(given: SpanMaker | undefined): void {
  maker = given;
}

/** Runs the work of a request in a span; without tracing it just runs the work. */
export function inRequestSpan<Result>(
  name: string,
  attributes: SpanAttributes,
  caller: IncomingHttpHeaders,
  work: () => Result,
): Result {
  return maker ? maker.request(name, attributes, caller, work) : work();
}

/** Runs a part of a request's work in a span; without tracing it just runs the work. */
export function inSpan<Result>(name: string, attributes: SpanAttributes, work: () => Result): Result {
  return maker ? maker.part(name, attributes, work) : work();
}
