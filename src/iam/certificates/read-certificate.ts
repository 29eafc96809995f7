import { createPrivateKey, X509Certificate } from 'node:crypto';
import { ApiError } from '../../kernel/errors/errors.js';

/**
 * Maximum certificates in a chain, whose signatures are verified one by one. Chains of web servers have two or three.
 */
const MAXIMUM_CHAIN = 10;
const UNREADABLE = 'Unable to parse certificate. Please ensure the certificate is in PEM format.';

/**
 * One certificate in PEM.
 *
 * @param problem the message for text that is not a certificate
 * @throws ApiError MalformedCertificate
 */
export function readCertificate(pem: string, problem = UNREADABLE): X509Certificate {
  try {
    if (certificatesOf(pem).length === 1) return new X509Certificate(pem);
  } catch {
    // Reported below, in AWS's words.
  }
  throw new ApiError('MalformedCertificate', problem);
}

/**
 * A chain: PEM certificates one after the other, each issued by the next.
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
    // The names must match, and the signature must be the issuer's: anyone can use a name.
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
