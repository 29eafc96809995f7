import { codeAt, findCode, findCodePair, type OathParameters, timeStep } from './oath-codes.js';

const ascii = (length: number) => Buffer.from('1234567890'.repeat(7).slice(0, length));
const hotp: OathParameters = { seed: ascii(20), algorithm: 'sha1', digits: 6 };

describe('codeAt', () => {
  // RFC 4226, appendix D.
  it.each(
    ['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489'].map(
      (code, counter) => [counter, code] as const,
    ),
  )('is right at counter %i (RFC 4226)', (counter, code) => {
    expect(codeAt(hotp, counter)).toBe(code);
  });

  // RFC 6238, appendix B.
  it.each([
    [59, '94287082', '46119246', '90693936'],
    [1111111109, '07081804', '68084774', '25091201'],
    [1111111111, '14050471', '67062674', '99943326'],
    [1234567890, '89005924', '91819424', '93441116'],
    [2000000000, '69279037', '90698825', '38618901'],
    [20000000000, '65353130', '77737706', '47863826'],
  ])('is right at %i seconds (RFC 6238)', (seconds, sha1, sha256, sha512) => {
    const step = timeStep(new Date(seconds * 1000), 30);
    expect(codeAt({ seed: ascii(20), algorithm: 'sha1', digits: 8 }, step)).toBe(sha1);
    expect(codeAt({ seed: ascii(32), algorithm: 'sha256', digits: 8 }, step)).toBe(sha256);
    expect(codeAt({ seed: ascii(64), algorithm: 'sha512', digits: 8 }, step)).toBe(sha512);
  });
});

describe('findCode', () => {
  it('finds a code anywhere in the window, and nowhere else', () => {
    expect(findCode(hotp, '969429', { from: 3, to: 3 })).toBe(3);
    expect(findCode(hotp, '969429', { from: 0, to: 9 })).toBe(3);
    expect(findCode(hotp, '969429', { from: 4, to: 9 })).toBeUndefined();
    expect(findCode(hotp, '969429', { from: 0, to: 2 })).toBeUndefined();
  });

  it.each(['', '96942', '9694290', '９６９４２９'])('finds nothing for %p', (code) => {
    expect(findCode(hotp, code, { from: 0, to: 9 })).toBeUndefined();
  });
});

describe('findCodePair', () => {
  it('finds two that follow each other', async () => {
    expect(await findCodePair(hotp, ['969429', '338314'], { from: 0, to: 9 })).toBe(4);
    expect(await findCodePair(hotp, ['755224', '287082'], { from: -5, to: 9 })).toBe(1);
  });

  it.each([
    ['the same twice', ['969429', '969429']],
    ['the other way round', ['338314', '969429']],
    ['with one between', ['969429', '254676']],
  ] as const)('does not find %s', async (_, codes) => {
    expect(await findCodePair(hotp, codes, { from: 0, to: 9 })).toBeUndefined();
  });
});
