export type TextTest = (text: string) => boolean;

/**
 * A piece of a pattern with its reach: in the first five segments of an ARN, a wildcard may be limited to its segment.
 */
export type GlobPiece =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'anyRun' | 'anyOne'; readonly crossesColons: boolean };
