export type TextTest = (text: string) => boolean;

/**
 * A pattern piece with its reach decided: in the first five segments of an ARN a wildcard may be held to its segment.
 */
export type GlobPiece =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'anyRun' | 'anyOne'; readonly crossesColons: boolean };
