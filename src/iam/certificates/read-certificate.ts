import { createPrivateKey, X509Certificate } from 'node:crypto';
import { ApiError } from '../../kernel/errors/errors.js';

/** Certificates of a chain, whose signatures are verified one by one. Web servers' chains have two or three. */
const MAXIMUM_CHAIN = 10;
const UNREADABLE = 'Unable to parse certificate. Please ensure the certificate is in PEM format.';

/**
 * One certificate in PEM.
 *
 * @param problem what to say of a text that is none
 * @throws ApiError MalformedCertificate
 */
export function readCertificate(pem: string, problem = UNREADABLE): X509Certificate {
  try {
    if (certificatesOf(pem).length === 1) return new X509Certificate(pem);
  } catch {
    // Said below, in AWS's words.
  }
  throw new ApiError('MalformedCertificate', problem);
}

/**
 * A chain: certificates in PEM one after the other, each issued by the next.
 *
 * @throws ApiError MalformedCertificate
 */
export function requireChain(certificate: X509Certificate, pem: string): void {
  const texts = certificatesOf(pem);
  if (texts.length > MAXIMUM_CHAIN) {
    throw new ApiError(
      'MalformedCertificate',
      `The certificate chain contains more than ${MAXIMUM_CHAIN} certificates.`,
    );
  }
  if (texts.length === 0) throw new ApiError('MalformedCertificate', 'The certificate chain contains no certificate.');
  let issued = certificate;
  for (const text of texts) {
    const issuer = readCertificate(text);
    // The names must agree, and the signature must be the issuer's: anyone can take a name.
    if (!issued.checkIssued(issuer) || !issued.verify(issuer.publicKey)) {
      throw new ApiError(
        'MalformedCertificate',
        'Unable to validate certificate chain: each must be issued by the next.',
      );
    }
    issued = issuer;
  }
}

/** @throws ApiError MalformedCertificate, KeyPairMismatch */
export function requireKeyOf(certificate: X509Certificate, pem: string): void {
  let key;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw new ApiError('MalformedCertificate', 'Unable to parse key. It must be an unencrypted key in PEM format.');
  }
  if (!certificate.checkPrivateKey(key)) {
    throw new ApiError('KeyPairMismatch', 'The public key of the certificate does not match the private key.');
  }
}

function certificatesOf(pem: string): string[] {
  return pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}
