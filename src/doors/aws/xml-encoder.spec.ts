import { XMLParser } from 'fast-xml-parser';
import * as fc from 'fast-check';
import { z } from 'zod';
import { encodeXmlError, encodeXmlResult } from './xml-encoder.js';

const frame = { operation: 'GetThing', namespace: 'urn:test', requestId: 'r-1' };

const parse = (xml: string) =>
  new XMLParser({ parseTagValue: false, trimValues: false, htmlEntities: false }).parse(xml) as Record<string, never>;

it('writes members, lists, maps, times and bytes as the Query protocol has them', () => {
  const schema = z.object({
    user: z.object({ userName: z.string(), createDate: z.date(), mfaDevices: z.array(z.string()) }),
    summaryMap: z.record(z.string(), z.number()),
    qrCodePng: z.instanceof(Uint8Array),
    isTruncated: z.boolean(),
    marker: z.string().optional(),
  });
  const output = {
    user: { userName: 'ana', createDate: new Date('2026-11-24T04:00:00.789Z'), mfaDevices: ['a', 'b'] },
    summaryMap: { Users: 2 },
    qrCodePng: new Uint8Array([1, 2, 3]),
    isTruncated: false,
    marker: undefined,
  };
  expect(encodeXmlResult({ ...frame, schema, output })).toBe(
    '<GetThingResponse xmlns="urn:test"><GetThingResult>' +
      '<User><UserName>ana</UserName><CreateDate>2026-11-24T04:00:00Z</CreateDate>' +
      '<MFADevices><member>a</member><member>b</member></MFADevices></User>' +
      '<SummaryMap><entry><key>Users</key><value>2</value></entry></SummaryMap>' +
      '<QRCodePNG>AQID</QRCodePNG><IsTruncated>false</IsTruncated>' +
      '</GetThingResult><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></GetThingResponse>\n',
  );
});

it('writes no result element for an operation without output', () => {
  expect(encodeXmlResult({ ...frame, schema: undefined, output: undefined })).not.toContain('GetThingResult');
});

it('tells whose fault an error is', () => {
  const error = { namespace: 'urn:test', requestId: 'r-1', code: 'NoSuchEntity', message: 'Gone' };
  expect(encodeXmlError({ ...error, status: 404 })).toContain('<Type>Sender</Type><Code>NoSuchEntity</Code>');
  expect(encodeXmlError({ ...error, status: 500 })).toContain('<Type>Receiver</Type>');
});

it('lets no text break out of its element, and loses none that XML can carry', () => {
  const schema = z.object({ text: z.string() });
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
      const xml = encodeXmlResult({ ...frame, schema, output: { text } });
      const { GetThingResponse } = parse(xml) as unknown as { GetThingResponse: { GetThingResult: { Text: string } } };
      expect(unescape(GetThingResponse.GetThingResult.Text)).toBe(text);
    }),
  );
});

it.each(['</Text><Admin>true</Admin>', ']]>', '<!ENTITY x "y">', '&xxe;', '\u0000\u0008', '\uD800'])(
  'is not fooled by %j',
  (text) => {
    const xml = encodeXmlResult({ ...frame, schema: z.object({ text: z.string() }), output: { text } });
    expect(
      Object.keys(
        (parse(xml) as unknown as Record<string, Record<string, object>>)['GetThingResponse']!['GetThingResult']!,
      ),
    ).toEqual(['Text']);
    // eslint-disable-next-line no-control-regex -- none of these may be in XML
    expect(xml).not.toMatch(/[\u0000-\u0008]|[\uD800-\uDFFF]/);
  },
);

/** Numeric references that the parser does not decode. */
function unescape(text: string): string {
  return text.replace(/&#x([0-9A-F]+);/g, (_, hex: string) => String.fromCodePoint(parseInt(hex, 16)));
}
