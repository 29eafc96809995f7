import { generateKeyPairSync, type KeyObject, webcrypto } from 'node:crypto';
import 'reflect-metadata';
import { X509CertificateGenerator } from '@peculiar/x509';

/** A self-signed certificate with its key, both as PEM. */
export interface TestCertificate {
  readonly certificate: string;
  readonly privateKey: string;
  /** DER in base64, as in SAML metadata. */
  readonly der: string;
  readonly key: KeyObject;
}

/**
 * @param commonName letters and digits
 * @param notAfter default: in ten years
 */
export async function newCertificate(commonName: string, notAfter = yearsFromNow(10)): Promise<TestCertificate> {
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pkcs8 = key.export({ type: 'pkcs8', format: 'der' });
  const jwk = key.export({ format: 'jwk' }) as webcrypto.JsonWebKey;
  const { n, e, kty } = jwk;
  const keys = {
    privateKey: await webcrypto.subtle.importKey('pkcs8', pkcs8, algorithm, true, ['sign']),
    publicKey: await webcrypto.subtle.importKey('jwk', { n, e, kty } as webcrypto.JsonWebKey, algorithm, true, [
      'verify',
    ]),
  };
  const made = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${commonName}`,
    notBefore: yearsFromNow(-1),
    notAfter,
    signingAlgorithm: algorithm,
    keys,
  });
  return {
    certificate: made.toString('pem'),
    privateKey: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    der: Buffer.from(made.rawData).toString('base64'),
    key,
  };
}

function yearsFromNow(years: number): Date {
  const date = new Date();
  date.setUTCFullYear(date.getUTCFullYear() + years);
  return date;
}
