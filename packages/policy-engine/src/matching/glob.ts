import { compileAutomaton } from './automaton.js';
import type { GlobPiece, TextTest } from './glob-pieces.js';
import type { PatternToken } from './template.js';
import { countWork } from './work.js';

const MATCHES_ALL: TextTest = () => true;

/**
 * Longer pieces between two wildcards use the automaton, so that a search never costs more than a constant per
 * character.
 */
const MAX_SEARCHED_PIECE = 64;

/** Steps to begin the search for a piece. */
const PIECE_STEPS = 20;

/** A plain glob: `*` is any sequence of characters, `?` any single one, everywhere. Case-sensitive. */
export function compileGlob(tokens: readonly PatternToken[]): TextTest {
  return compilePieces(
    tokens.map((token) => (token.type === 'text' ? token : { type: token.type, crossesColons: true })),
  );
}

/**
 * Selects the cheapest test for a pattern: equality, prefix, suffix, a search for each piece from left to right, or the
 * automaton. All take linear time in the text, without backtracking.
 */
export function compilePieces(pieces: readonly GlobPiece[]): TextTest {
  const joined = joinTexts(pieces);
  if (joined.length === 0) return (text) => text === '';
  const [first, second, third] = joined;
  if (first?.type === 'text' && second === undefined) {
    const literal = first.text;
    return (text) => text === literal;
  }
  if (!isPlain(joined)) return compileAutomaton(joined);
  if (first?.type === 'anyRun' && second === undefined) return MATCHES_ALL;
  if (first?.type === 'text' && third === undefined) {
    const prefix = first.text;
    return (text) => text.startsWith(prefix);
  }
  if (first?.type === 'anyRun' && second?.type === 'text' && third === undefined) {
    const suffix = second.text;
    return (text) => text.endsWith(suffix);
  }
  return compileSearch(joined);
}

/** Only unrestricted `*`, and pieces that are short enough to search for. */
function isPlain(pieces: readonly GlobPiece[]): boolean {
  return pieces.every((piece, index) => {
    if (piece.type !== 'text') return piece.type === 'anyRun' && piece.crossesColons;
    return index === 0 || index === pieces.length - 1 || piece.text.length <= MAX_SEARCHED_PIECE;
  });
}

/** The leftmost position of each piece is always as good as any later one, because a `*` follows it. */
function compileSearch(pieces: readonly GlobPiece[]): TextTest {
  const texts = pieces.flatMap((piece) => (piece.type === 'text' ? [piece.text] : []));
  const prefix = pieces[0]?.type === 'text' ? (texts.shift() ?? '') : '';
  const suffix = pieces.at(-1)?.type === 'text' ? (texts.pop() ?? '') : '';
  const shortest = prefix.length + suffix.length;
  return (text) => {
    if (text.length < shortest || !text.startsWith(prefix) || !text.endsWith(suffix)) return false;
    const end = text.length - suffix.length;
    let at = prefix.length;
    countWork(2 * (end - at) + texts.length * PIECE_STEPS);
    for (const piece of texts) {
      const found = text.indexOf(piece, at);
      if (found === -1) return false;
      at = found + piece.length;
      if (at > end) return false;
    }
    return true;
  };
}

function joinTexts(pieces: readonly GlobPiece[]): readonly GlobPiece[] {
  const joined: GlobPiece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (piece.type === 'text' && last?.type === 'text') {
      joined[joined.length - 1] = { type: 'text', text: last.text + piece.text };
    } else {
      joined.push(piece);
    }
  }
  return joined;
}
