import { readCsv } from './read-csv.js';

const seed = '3132333435363738393031323334353637383930';

describe('readCsv', () => {
  it('reads a token per line, with the defaults of the RFCs', () => {
    const text = `serialNumber,seed,type,counter,digits\nGAHT00000001,${seed},hotp,7,8\r\nGAHT00000002,${seed},totp,,\n`;
    expect(readCsv(text)).toEqual([
      expect.objectContaining({ serialNumber: 'GAHT00000001', type: 'hotp', counter: 7, digits: 8, algorithm: 'sha1' }),
      expect.objectContaining({ serialNumber: 'GAHT00000002', type: 'totp', period: 30, digits: 6 }),
    ]);
  });

  it.each([
    ['an unknown column', `serialNumber,seed,colour\nGAHT00000001,${seed},red`, 'must contain column names'],
    ['a column twice', `serialNumber,seed,seed\nGAHT00000001,${seed},${seed}`, 'must contain column names'],
    ['a field too many', `serialNumber,seed\nGAHT00000001,${seed},totp`, 'line 2'],
    ['a seed that is not hexadecimal', 'serialNumber,seed\nGAHT00000001,xyz', 'line 2: the seed must be hexadecimal'],
    ['a counter that is no number', `serialNumber,seed,type,counter\nGAHT00000001,${seed},hotp,x`, 'counter'],
    ['an unknown type', `serialNumber,seed,type\nGAHT00000001,${seed},ocra`, 'totp or hotp'],
    ['a serial number with a slash', `serialNumber,seed\nmfa/1234567890,${seed}`, 'serial number'],
  ])('refuses %s', (_, text, message) => {
    expect(() => readCsv(text)).toThrow(message);
  });
});
