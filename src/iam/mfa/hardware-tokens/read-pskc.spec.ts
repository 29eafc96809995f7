import { readFileSync } from 'node:fs';
import { readPskc } from './read-pskc.js';

const figure = (number: number) =>
  readFileSync(new URL(`./fixtures/rfc6030-figure-${number}.xml`, import.meta.url), 'utf8');
/** RFC 6030 §6.1: the pre-shared key of its examples. */
const key = Buffer.from('12345678901234567890123456789012', 'hex');
const seed = Buffer.from('12345678901234567890');

const plain = (data: string, parameters = '<ResponseFormat Length="6" Encoding="DECIMAL"/>', type = 'totp') => `
  <KeyContainer Version="1.0" xmlns="urn:ietf:params:xml:ns:keyprov:pskc">
    <KeyPackage>
      <DeviceInfo><Manufacturer>Acme</Manufacturer><SerialNo>GAHT12345678</SerialNo></DeviceInfo>
      <Key Id="1" Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:${type}">
        <AlgorithmParameters>${parameters}</AlgorithmParameters>
        <Data><Secret><PlainValue>${seed.toString('base64')}</PlainValue></Secret>${data}</Data>
      </Key>
    </KeyPackage>
  </KeyContainer>`;

describe('readPskc', () => {
  it('reads a file under a pre-shared key (RFC 6030, figure 6)', async () => {
    expect(await readPskc(figure(6), { key })).toEqual([
      {
        serialNumber: '987654321',
        manufacturer: 'Manufacturer',
        seed,
        type: 'hotp',
        algorithm: 'sha1',
        digits: 8,
        counter: 0,
      },
    ]);
  });

  it('reads a file under a password (RFC 6030, figure 7)', async () => {
    expect(await readPskc(figure(7), { password: 'qwerty' })).toEqual([
      expect.objectContaining({ serialNumber: '987654321', manufacturer: 'TokenVendorAcme', seed, digits: 8 }),
    ]);
  });

  it('reads a file in the clear', async () => {
    const file = plain('<TimeInterval><PlainValue>60</PlainValue></TimeInterval>', '<Suite>HMAC-SHA256</Suite>');
    expect(await readPskc(file, {})).toEqual([
      {
        serialNumber: 'GAHT12345678',
        manufacturer: 'Acme',
        seed,
        type: 'totp',
        algorithm: 'sha256',
        digits: 6,
        period: 60,
        counter: 0,
      },
    ]);
  });

  it('reads where a counter stands', async () => {
    const [token] = await readPskc(plain('<Counter><PlainValue>41</PlainValue></Counter>', '', 'hotp'), {});
    expect(token).toMatchObject({ type: 'hotp', counter: 41 });
  });

  // Threat: a file that was changed in transit gives a customer the seed of somebody else.
  it.each([
    ['another key', figure(6), { key: Buffer.alloc(16) }],
    ['a key of another length', figure(6), { key: Buffer.alloc(32) }],
    ['no key', figure(6), {}],
    ['another password', figure(7), { password: 'azerty' }],
    ['a changed secret', figure(6).replace('AAECAwQF', 'AAECAwQG'), { key }],
    ['a changed MAC', figure(6).replace('Su+Nvt', 'Su+Nvu'), { key }],
    ['no MAC', figure(6).replace(/<ValueMAC>.*<\/ValueMAC>/, ''), { key }],
    ['no MAC method', figure(6).replace(/<MACMethod[\s\S]*<\/MACMethod>/, ''), { key }],
    ['iterations without end', figure(7).replace('>1000<', '>99999999<'), { password: 'qwerty' }],
  ])('refuses %s', async (_, file, secret) => {
    await expect(readPskc(file, secret)).rejects.toThrow('Could not read the PSKC file');
  });

  it.each([
    ['text', 'not XML', 'well-formed'],
    ['a document type', '<!DOCTYPE a [<!ENTITY x "x">]><a/>', 'document type'],
    ['elements without end', '<a>'.repeat(5000) + '</a>'.repeat(5000), 'nested'],
    ['no container', '<a/>', 'KeyContainer'],
    ['another algorithm', plain('', '', 'pin'), 'HOTP or TOTP'],
    ['letters as codes', plain('', '<ResponseFormat Length="6" Encoding="ALPHANUMERIC"/>'), 'decimal'],
    ['seven digits', plain('', '<ResponseFormat Length="7" Encoding="DECIMAL"/>'), '6 or 8 digits'],
    ['a short seed', plain('').replace(seed.toString('base64'), 'c2hvcnQ='), '16 to 128 bytes'],
  ])('refuses %s', async (_, file, message) => {
    await expect(readPskc(file, {})).rejects.toThrow(message);
  });
});
