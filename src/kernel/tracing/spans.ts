import type { IncomingHttpHeaders } from 'node:http';

export type SpanAttributes = Readonly<Record<string, string>>;

/** What makes spans of a trace; see `open-telemetry.ts`. */
export interface SpanMaker {
  /** @param caller headers of the request, which may say what trace it belongs to */
  request<Result>(name: string, attributes: SpanAttributes, caller: IncomingHttpHeaders, work: () => Result): Result;
  part<Result>(name: string, attributes: SpanAttributes, work: () => Result): Result;
}

let maker: SpanMaker | undefined;

/** From now on there are spans. */
export function makeSpans(given: SpanMaker | undefined): void {
  maker = given;
}

/** Does the work of a request in a span of its own; without tracing it just does it. */
export function inRequestSpan<Result>(
  name: string,
  attributes: SpanAttributes,
  caller: IncomingHttpHeaders,
  work: () => Result,
): Result {
  return maker ? maker.request(name, attributes, caller, work) : work();
}

/** Does a part of a request's work in a span of its own; without tracing it just does it. */
export function inSpan<Result>(name: string, attributes: SpanAttributes, work: () => Result): Result {
  return maker ? maker.part(name, attributes, work) : work();
}
