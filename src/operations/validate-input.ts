import { requireStorableText } from '../kernel/storable-text.js';
import { inputError } from './input-error.js';
import type { OperationRun } from './operation-run.js';

/** The first step that looks at the input. @throws ApiError ValidationError */
export function validateInput(run: OperationRun): void {
  const { operation, rawInput } = run.call;
  requireStorableText(rawInput);
  const parsed = operation.input.safeParse(rawInput);
  if (parsed.success) {
    run.input = parsed.data;
    return;
  }
  // Only errors show what was given, and only they are worth the time it takes.
  const { error = parsed.error } = operation.input.safeParse(rawInput, { reportInput: true });
  throw inputError(operation, error.issues, rawInput);
}
