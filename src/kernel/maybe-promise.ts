/**
 * A value, or a promise of it. `await` accepts both; code on the path of every request does not wait if the value is
 * available.
 */
export type MaybePromise<Value> = Value | Promise<Value>;

/** Applies `next` to the value, synchronously if it is available. */
export function andThen<Value, Result>(
  value: MaybePromise<Value>,
  next: (value: Value) => MaybePromise<Result>,
): MaybePromise<Result> {
  return value instanceof Promise ? value.then(next) : next(value);
}
