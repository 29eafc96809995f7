import { parseIpAddress, parseIpRange, rangeContains } from './ip-addresses.js';

function contains(range: string, address: string): boolean | undefined {
  const parsedRange = parseIpRange(range);
  const parsedAddress = parseIpAddress(address);
  if (parsedRange === undefined || parsedAddress === undefined) return undefined;
  return rangeContains(parsedRange, parsedAddress);
}

describe('IP ranges', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1', true],
    ['192.0.2.1', '192.0.2.2', false],
    ['192.0.2.0/24', '192.0.2.255', true],
    ['192.0.2.0/24', '192.0.3.0', false],
    ['192.0.2.77/24', '192.0.2.1', true],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['128.0.0.0/1', '255.0.0.0', true],
    ['128.0.0.0/1', '127.0.0.0', false],
    ['2001:db8::', '2001:DB8:0:0:0:0:0:0', true],
    ['2001:db8::/33', '2001:db8:8000::', false],
    ['2001:db8::/33', '2001:db8:7fff::', true],
    ['::/0', '2001:db8::1', true],
    ['::/0', '10.0.0.1', false],
    ['::ffff:10.0.0.0/104', '10.1.2.3', true],
    ['10.0.0.0/8', '::ffff:a01:203', true],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221', true],
  ])('%s and %s: %j', (range, address, expected) => {
    expect(contains(range, address)).toBe(expected);
  });

  it.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '256.1.1.1',
    '1.2.3.',
    '1..2.3',
    '1.2.3.4 ',
    ':::',
    '1::2::3',
    ':1',
    '12345::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '::1.2.3',
    '::g',
    'fe80::1%eth0',
  ])('refuses the address %j', (text) => {
    expect(parseIpAddress(text)).toBeUndefined();
  });

  it.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/08', '10.0.0.0/-1', '10.0.0.0/8/8', '::/129', '::ffff:0:0/95'])(
    'refuses the range %j',
    (text) => {
      expect(parseIpRange(text)).toBeUndefined();
    },
  );
});
