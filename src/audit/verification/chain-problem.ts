/** How a chain can be broken. */
export const chainProblemKinds = [
  'tampered',
  'dropped',
  'reordered',
  'truncated',
  'unsealed',
  'broken',
  'checkpoint',
  'rolledBack',
] as const;
export type ChainProblemKind = (typeof chainProblemKinds)[number];

export interface ChainProblem {
  readonly kind: ChainProblemKind;
  /** The first event that it concerns. */
  readonly sequence: bigint;
  readonly message: string;
}

const texts: Readonly<Record<ChainProblemKind, string>> = {
  tampered: 'does not match its hash or its authenticator: it was changed after it was written, or forged',
  dropped: 'is missing',
  reordered: 'does not follow the event before it: events were reordered, inserted or renumbered',
  truncated: 'is missing, and all after it: the end was cut off',
  broken: 'was appended when the end before it was not the one that was sealed: the chain before it was changed',
  checkpoint: 'is not a checkpoint that was sealed: the beginning was cut off',
  rolledBack: 'is not the one that an earlier verification saw: the log was put back to an older state',
  unsealed: 'is not the end that was sealed: the end, or the record of where it is, was replaced',
};

export function problemText(kind: ChainProblemKind, sequence: bigint): string {
  return `Event ${sequence} ${texts[kind]}.`;
}
