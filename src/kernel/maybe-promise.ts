/** What is there already, or will be. `await` takes both; what is on the path of every request does not wait for the first. */
export type MaybePromise<Value> = Value | Promise<Value>;

/** `next` of the value: at once when it is there. */
export function andThen<Value, Result>(
  value: MaybePromise<Value>,
  next: (value: Value) => MaybePromise<Result>,
): MaybePromise<Result> {
  return value instanceof Promise ? value.then(next) : next(value);
}
