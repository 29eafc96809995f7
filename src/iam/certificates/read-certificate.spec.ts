import { newCertificate } from '../../../test/support/certificates.js';
import { readCertificate, requireChain, requireKeyOf } from './read-certificate.js';

const first = await newCertificate('authority');
const second = await newCertificate('authority');

describe('a certificate chain', () => {
  it('holds the issuer', () => {
    expect(() => requireChain(readCertificate(first.certificate), first.certificate)).not.toThrow();
  });

  // Threat: an issuer with the same name but another signature.
  it('does not hold somebody else under the name of the issuer', () => {
    expect(() => requireChain(readCertificate(first.certificate), second.certificate)).toThrow('chain');
  });

  it.each(['', 'no certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'])(
    'is not %p',
    (chain) => {
      expect(() => requireChain(readCertificate(first.certificate), chain)).toThrow();
    },
  );
});

describe('a private key', () => {
  it('must be that of the certificate', () => {
    const certificate = readCertificate(first.certificate);
    expect(() => requireKeyOf(certificate, first.privateKey)).not.toThrow();
    expect(() => requireKeyOf(certificate, second.privateKey)).toThrow('does not match');
    expect(() => requireKeyOf(certificate, 'no key')).toThrow('Unable to parse key');
  });
});

it('one certificate is one, not two', () => {
  expect(() => readCertificate(first.certificate + second.certificate)).toThrow('Unable to parse certificate');
});
