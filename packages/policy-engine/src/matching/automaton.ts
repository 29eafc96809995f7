import type { TextTest } from './glob-pieces.js';
import type { GlobPiece } from './glob-pieces.js';
import { countWork } from './work.js';

const BITS = 32;
const COLON = 58;

/**
 * Any pattern, matched by following all its states at once, one bit each (the "shift-and" method of Baeza-Yates and
 * Gonnet, with a loop bit for a `*`).
 *
 * A character is a code point: `?` matches one emoji like one letter.
 *
 * The time is the length of the text times the length of the pattern over 32, for every pattern; there is no
 * backtracking. It is counted (`work.ts`).
 */
export function compileAutomaton(pieces: readonly GlobPiece[]): TextTest {
  const length = pieces.reduce((sum, piece) => sum + pieceLength(piece), 0);
  const words = Math.floor(length / BITS) + 1;
  const masks = masksOf(pieces, words);
  const accepting = 1 << (length % BITS);
  return words === 1 ? narrowTest(masks, accepting) : wideTest(masks, words, accepting);
}

/** The states from which a character leads on. */
interface Masks {
  readonly byCharacter: ReadonlyMap<number, Int32Array>;
  readonly anyCharacter: Int32Array;
  readonly anyButColon: Int32Array;
  readonly loopOnAny: Int32Array;
  readonly loopButColon: Int32Array;
}

function masksOf(pieces: readonly GlobPiece[], words: number): Masks {
  const empty = () => new Int32Array(words);
  const byCharacter = new Map<number, Int32Array>();
  const masks = {
    ...{ byCharacter, anyCharacter: empty(), anyButColon: empty(), loopOnAny: empty(), loopButColon: empty() },
  };
  let state = 0;
  for (const piece of pieces) {
    if (piece.type === 'text') {
      for (const character of piece.text) {
        const code = character.codePointAt(0)!;
        let places = byCharacter.get(code);
        if (places === undefined) byCharacter.set(code, (places = empty()));
        setBit(places, state++);
      }
    } else if (piece.type === 'anyRun') {
      setBit(piece.crossesColons ? masks.loopOnAny : masks.loopButColon, state);
    } else {
      setBit(piece.crossesColons ? masks.anyCharacter : masks.anyButColon, state++);
    }
  }
  return masks;
}

/** Steps to look up a character, in addition to those for the states. */
const CHARACTER_STEPS = 8;

/** Up to 31 characters: the states fit in one number. */
function narrowTest({ byCharacter, anyCharacter, anyButColon, loopOnAny, loopButColon }: Masks, accepting: number) {
  const here = new Map([...byCharacter].map(([code, [states = 0]]) => [code, states]));
  const [anySteps = 0, segmentSteps = 0, anyLoops = 0, segmentLoops = 0] = [
    ...[anyCharacter[0], anyButColon[0], loopOnAny[0], loopButColon[0]],
  ];
  return (text: string): boolean => {
    let active = 1;
    let at = 0;
    while (at < text.length && active !== 0) {
      const code = text.codePointAt(at)!;
      at += code > 0xffff ? 2 : 1;
      const isColon = code === COLON;
      const steps = (here.get(code) ?? 0) | anySteps | (isColon ? 0 : segmentSteps);
      const loops = anyLoops | (isColon ? 0 : segmentLoops);
      active = ((active & steps) << 1) | (active & loops);
    }
    countWork(at * CHARACTER_STEPS);
    return (active & accepting) !== 0;
  };
}

function wideTest(masks: Masks, words: number, accepting: number): TextTest {
  const { byCharacter, anyCharacter, anyButColon, loopOnAny, loopButColon } = masks;
  const nowhere = new Int32Array(words);
  const lastWord = words - 1;
  return (text) => {
    const active = new Int32Array(words);
    active[0] = 1;
    let at = 0;
    let alive = 1;
    while (at < text.length && alive !== 0) {
      const code = text.codePointAt(at)!;
      at += code > 0xffff ? 2 : 1;
      const here = byCharacter.get(code) ?? nowhere;
      const isColon = code === COLON;
      let carry = 0;
      alive = 0;
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
    }
    countWork(at * (CHARACTER_STEPS + 2 * words) + words);
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
