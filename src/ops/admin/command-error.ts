/** The command failed; the message gives the reason. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
