/** The command cannot do what was asked; the message says why. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
