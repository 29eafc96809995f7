import { requireBoundedXml } from './xml-bounds.js';

const check = (xml: string) => requireBoundedXml(xml, (what) => new Error(what));
const attributes = (count: number) => Array.from({ length: count }, (_, index) => `a${index}="1"`).join(' ');

it.each([
  ['a document', '<?xml version="1.0"?><a b="1"><!-- <x> --><c d=\'>\'/><![CDATA[<e><f>]]></a>'],
  ['many siblings', `<a>${'<b></b>'.repeat(4_000)}</a>`],
  ['elements that end at once', `<a>${'<b/>'.repeat(4_000)}</a>`],
  ['many attributes', `<a ${attributes(100)}/>`],
  ['a quoted end of a tag', `<a b="/>"></a>`],
  ['text without markup', 'text'],
])('takes %s', (_, xml) => {
  expect(() => check(xml)).not.toThrow();
});

/** Threat: documents that take a parser seconds, or exhaust its stack. */
it.each([
  ['60,000 levels', '<a>'.repeat(60_000), 'levels'],
  ['levels behind comments', '<a><!-- </a> -->'.repeat(40), 'levels'],
  ['levels behind quoted ends', `<a b="</a>">`.repeat(40), 'levels'],
  ['40,000 attributes', `<a ${attributes(40_000)}/>`, 'an element with more than 100 attributes'],
  ['many elements', '<a/>'.repeat(6_000), 'elements'],
  ['many attributes of many elements', `<a ${attributes(90)}/>`.repeat(300), 'more than 20000 attributes'],
  ['comments that do not end', '<!--'.repeat(200_000), 'not closed'],
  ['quotes that do not end', '<a b="'.repeat(100_001), 'not closed'],
  ['a tag that does not end', `<a ${attributes(50)}`, 'not closed'],
])('refuses %s, at once', (_, xml, message) => {
  const before = process.cpuUsage();
  expect(() => check(xml)).toThrow(message);
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(500);
});
