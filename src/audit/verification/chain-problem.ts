/** The kinds of problems of a chain. */
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
  /** The first affected event. */
  readonly sequence: bigint;
  readonly message: string;
}

const texts: Readonly<Record<ChainProblemKind, string>> = {
  tampered: 'does not match its hash or its authenticator: it was forged, or changed after it was written',
  dropped: 'is missing',
  reordered: 'does not follow the event before it: events were reordered, inserted or renumbered',
  truncated: 'is missing, with all later events: the end of the log was removed',
  broken: 'was appended when the end of the log did not match its seal: the log before this event was changed',
  checkpoint: 'is not a sealed checkpoint: the beginning of the log was removed',
  rolledBack: 'differs from the event that an earlier verification saw: the log was restored to an older state',
  unsealed: 'is not the sealed end: the end of the log, or the record of its position, was replaced',
};

export function problemText(kind: ChainProblemKind, sequence: bigint): string {
  return `Event ${sequence} ${texts[kind]}.`;
}
