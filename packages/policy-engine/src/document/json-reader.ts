import { PolicySyntaxError, SYNTAX_ERRORS } from './policy-syntax-error.js';

/** A JSON value with its location in the text. `start` and `end` are offsets; `end` is exclusive. */
export type JsonNode =
  | {
      readonly type: 'object';
      readonly members: ReadonlyMap<string, JsonNode>;
      readonly start: number;
      readonly end: number;
    }
  | { readonly type: 'array'; readonly items: readonly JsonNode[]; readonly start: number; readonly end: number }
  /** `text` is the value of a string, and the source text of numbers, booleans and null. */
  | {
      readonly type: 'string' | 'number' | 'boolean' | 'null';
      readonly text: string;
      readonly start: number;
      readonly end: number;
    };

/** A policy needs seven levels; no valid one comes near this. */
const MAX_DEPTH = 16;

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const HEX4 = /[0-9a-fA-F]{4}/y;
const NOT_WHITE_SPACE = /[^ \t\n\r]/g;
const LONE_SURROGATE = /\p{Surrogate}/u;
/** The next character of a string that needs handling: its end, an escape, or a control character. */
// eslint-disable-next-line no-control-regex
const STRING_STOP = /["\\\u0000-\u001f]/g;

/**
 * Parses strict JSON (RFC 8259), and stricter: a repeated key, an unpaired surrogate, an escaped NUL or nesting deeper
 * than sixteen levels is an error. `JSON.parse` would keep the last of two equal keys, so a reviewer and the engine
 * could read two different policies in one text; and it does not return positions.
 *
 * @throws PolicySyntaxError "Syntax errors in policy."
 */
export function readJson(text: string): JsonNode {
  const reader = new JsonReader(text);
  return reader.document();
}

class JsonReader {
  private offset = 0;

  constructor(private readonly text: string) {}

  document(): JsonNode {
    const node = this.value('', 0);
    this.skipWhiteSpace();
    if (this.offset !== this.text.length) throw this.error('');
    return node;
  }

  private value(path: string, depth: number): JsonNode {
    if (depth > MAX_DEPTH) throw this.error(path);
    this.skipWhiteSpace();
    const start = this.offset;
    switch (this.text.charAt(start)) {
      case '{':
        return this.object(path, depth);
      case '[':
        return this.array(path, depth);
      case '"': {
        const text = this.string(path);
        return { type: 'string', text, start, end: this.offset };
      }
      case 't':
        return this.word('true', 'boolean', path);
      case 'f':
        return this.word('false', 'boolean', path);
      case 'n':
        return this.word('null', 'null', path);
      default:
        return this.number(path);
    }
  }

  private object(path: string, depth: number): JsonNode {
    const start = this.offset++;
    const members = new Map<string, JsonNode>();
    if (this.takeAfterSpace('}')) return { type: 'object', members, start, end: this.offset };
    do {
      this.skipWhiteSpace();
      if (this.text[this.offset] !== '"') throw this.error(path);
      const key = this.string(path);
      const memberPath = path === '' ? key : `${path}.${key}`;
      if (members.has(key)) throw this.error(memberPath);
      if (!this.takeAfterSpace(':')) throw this.error(memberPath);
      members.set(key, this.value(memberPath, depth + 1));
    } while (this.takeAfterSpace(','));
    if (!this.takeAfterSpace('}')) throw this.error(path);
    return { type: 'object', members, start, end: this.offset };
  }

  private array(path: string, depth: number): JsonNode {
    const start = this.offset++;
    const items: JsonNode[] = [];
    if (this.takeAfterSpace(']')) return { type: 'array', items, start, end: this.offset };
    do {
      items.push(this.value(`${path}[${items.length}]`, depth + 1));
    } while (this.takeAfterSpace(','));
    if (!this.takeAfterSpace(']')) throw this.error(path);
    return { type: 'array', items, start, end: this.offset };
  }

  private string(path: string): string {
    let value = '';
    let from = this.offset + 1;
    for (;;) {
      STRING_STOP.lastIndex = from;
      const stop = STRING_STOP.exec(this.text)?.index;
      if (stop === undefined) throw this.error(path);
      value += this.text.slice(from, stop);
      const character = this.text[stop];
      if (character === '"') {
        this.offset = stop + 1;
        break;
      }
      if (character !== '\\') throw this.error(path);
      const escape = this.text[stop + 1] ?? '';
      const plain = ESCAPES.get(escape);
      if (plain !== undefined) {
        value += plain;
        from = stop + 2;
      } else {
        value += this.unicodeEscape(escape, stop + 2, path);
        from = stop + 6;
      }
    }
    if (LONE_SURROGATE.test(value)) throw this.error(path);
    return value;
  }

  private unicodeEscape(escape: string, at: number, path: string): string {
    HEX4.lastIndex = at;
    const digits = escape === 'u' ? HEX4.exec(this.text)?.[0] : undefined;
    if (digits === undefined || digits === '0000') throw this.error(path);
    return String.fromCharCode(parseInt(digits, 16));
  }

  private number(path: string): JsonNode {
    const start = this.offset;
    NUMBER.lastIndex = start;
    const text = NUMBER.exec(this.text)?.[0];
    if (text === undefined) throw this.error(path);
    this.offset = start + text.length;
    return { type: 'number', text, start, end: this.offset };
  }

  private word(word: string, type: 'boolean' | 'null', path: string): JsonNode {
    const start = this.offset;
    if (!this.text.startsWith(word, start)) throw this.error(path);
    this.offset = start + word.length;
    return { type, text: word, start, end: this.offset };
  }

  private takeAfterSpace(character: string): boolean {
    this.skipWhiteSpace();
    if (this.text[this.offset] !== character) return false;
    this.offset++;
    return true;
  }

  private skipWhiteSpace(): void {
    NOT_WHITE_SPACE.lastIndex = this.offset;
    this.offset = NOT_WHITE_SPACE.exec(this.text)?.index ?? this.text.length;
  }

  private error(path: string): PolicySyntaxError {
    return new PolicySyntaxError(SYNTAX_ERRORS, path);
  }
}
