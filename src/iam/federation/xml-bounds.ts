/** Documents of identity providers have some hundred elements with a few attributes each, and a dozen levels. */
const MAXIMUM_DEPTH = 32;
const MAXIMUM_ELEMENTS = 5_000;
const MAXIMUM_ATTRIBUTES = 20_000;
const MAXIMUM_ATTRIBUTES_OF_ELEMENT = 100;

/** The content between these contains no elements. */
const OPAQUE: readonly (readonly [start: string, end: string])[] = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
];

/**
 * Limits the work of an XML parser, because the time of parsers is quadratic in some of these numbers. Reads the text
 * once.
 *
 * @param refusal creates the error, with what exceeds its limit
 */
export function requireBoundedXml(xml: string, refusal: (what: string) => Error): void {
  let depth = 0;
  let elements = 0;
  let attributes = 0;
  for (let at = xml.indexOf('<'); at !== -1; at = xml.indexOf('<', at)) {
    const opaque = OPAQUE.find(([start]) => xml.startsWith(start, at));
    if (opaque) {
      at = endOf(xml, opaque[1], at + opaque[0].length, refusal);
      continue;
    }
    if (xml.startsWith('</', at)) {
      depth -= 1;
      at = endOf(xml, '>', at, refusal);
      continue;
    }
    const tag = readStartTag(xml, at, refusal);
    elements += 1;
    attributes += tag.attributes;
    if (!tag.isEmpty) depth += 1;
    if (depth > MAXIMUM_DEPTH) throw refusal(`more than ${MAXIMUM_DEPTH} levels of elements`);
    if (elements > MAXIMUM_ELEMENTS) throw refusal(`more than ${MAXIMUM_ELEMENTS} elements`);
    if (tag.attributes > MAXIMUM_ATTRIBUTES_OF_ELEMENT) {
      throw refusal(`an element with more than ${MAXIMUM_ATTRIBUTES_OF_ELEMENT} attributes`);
    }
    if (attributes > MAXIMUM_ATTRIBUTES) throw refusal(`more than ${MAXIMUM_ATTRIBUTES} attributes`);
    at = tag.end;
  }
}

/** A `>` inside quotes does not end a tag. Every attribute has one `=` outside of quotes. */
function readStartTag(xml: string, start: number, refusal: (what: string) => Error) {
  let attributes = 0;
  for (let at = start + 1; at < xml.length; at += 1) {
    const character = xml[at]!;
    if (character === '>') return { attributes, isEmpty: xml[at - 1] === '/', end: at + 1 };
    if (character === '=') attributes += 1;
    if (character === '"' || character === "'") at = endOf(xml, character, at + 1, refusal) - 1;
  }
  throw refusal('markup that is not closed');
}

function endOf(xml: string, end: string, from: number, refusal: (what: string) => Error): number {
  const at = xml.indexOf(end, from);
  if (at === -1) throw refusal('markup that is not closed');
  return at + end.length;
}
