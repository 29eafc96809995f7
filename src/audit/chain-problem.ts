/** How a chain can be broken. */
export const chainProblemKinds = ['tampered', 'dropped', 'reordered', 'truncated', 'unsealed'] as const;
export type ChainProblemKind = (typeof chainProblemKinds)[number];

export interface ChainProblem {
  readonly kind: ChainProblemKind;
  /** The first event that it concerns. */
  readonly sequence: bigint;
  readonly message: string;
}

const texts: Readonly<Record<ChainProblemKind, string>> = {
  tampered: 'does not match its hash: it was changed after it was written',
  dropped: 'is missing',
  reordered: 'does not follow the event before it: events were reordered, inserted or renumbered',
  truncated: 'is missing, and all after it: the end was cut off',
  unsealed: 'is not the end that was sealed: the end, or the record of where it is, was replaced',
};

export function problemText(kind: ChainProblemKind, sequence: bigint): string {
  return `Event ${sequence} ${texts[kind]}.`;
}
