import type { GlobPiece, TextTest } from './glob.js';

const BITS = 32;

/**
 * Any pattern, matched by following all its states at once, one bit each (the "shift-and" method of Baeza-Yates and
 * Gonnet, with a loop bit where a `*` stands).
 *
 * A character is a code point: `?` stands for one emoji as for one letter.
 *
 * Time is the text's length times the pattern's length over 32, whatever the pattern; there is no going back.
 */
export function compileAutomaton(pieces: readonly GlobPiece[]): TextTest {
  const length = pieces.reduce((sum, piece) => sum + pieceLength(piece), 0);
  const words = Math.floor(length / BITS) + 1;
  const anyCharacter = new Int32Array(words);
  const anyButColon = new Int32Array(words);
  const loopOnAny = new Int32Array(words);
  const loopButColon = new Int32Array(words);
  const byCharacter = new Map<string, Int32Array>();

  let state = 0;
  for (const piece of pieces) {
    if (piece.type === 'text') {
      for (const character of piece.text) {
        let places = byCharacter.get(character);
        if (places === undefined) byCharacter.set(character, (places = new Int32Array(words)));
        setBit(places, state++);
      }
    } else if (piece.type === 'anyRun') {
      setBit(piece.crossesColons ? loopOnAny : loopButColon, state);
    } else {
      setBit(piece.crossesColons ? anyCharacter : anyButColon, state++);
    }
  }
  const nowhere = new Int32Array(words);
  const lastWord = words - 1;
  const accepting = 1 << (length % BITS);

  return (text) => {
    const active = new Int32Array(words);
    active[0] = 1;
    for (const character of text) {
      const here = byCharacter.get(character) ?? nowhere;
      const isColon = character === ':';
      let carry = 0;
      let alive = 0;
      for (let word = 0; word < words; word++) {
        const now = active[word] ?? 0;
        let steps = (here[word] ?? 0) | (anyCharacter[word] ?? 0);
        let loops = loopOnAny[word] ?? 0;
        if (!isColon) {
          steps |= anyButColon[word] ?? 0;
          loops |= loopButColon[word] ?? 0;
        }
        const moved = now & steps;
        const next = (moved << 1) | carry | (now & loops);
        carry = moved >>> (BITS - 1);
        active[word] = next;
        alive |= next;
      }
      if (alive === 0) return false;
    }
    return ((active[lastWord] ?? 0) & accepting) !== 0;
  };
}

function pieceLength(piece: GlobPiece): number {
  if (piece.type === 'text') return [...piece.text].length;
  return piece.type === 'anyOne' ? 1 : 0;
}

function setBit(bits: Int32Array, index: number): void {
  const word = Math.floor(index / BITS);
  bits[word] = (bits[word] ?? 0) | (1 << (index % BITS));
}
