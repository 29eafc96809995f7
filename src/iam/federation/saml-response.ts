import { SAML } from '@node-saml/node-saml';
import * as samlXml from '@node-saml/node-saml/lib/xml.js';
import { invalid, type XmlElement } from './saml-elements.js';
import { requireBoundedXml } from './xml-bounds.js';

/** Its declarations refer to a browser's document type, which does not exist here. */
const { decryptXml, parseDomFromString, xpath } = samlXml as {
  decryptXml: (xml: string, key: string) => Promise<string>;
  parseDomFromString: (xml: string) => Promise<object>;
  xpath: {
    selectAttributes(document: object, path: string): readonly { readonly value: string }[];
    selectElements(document: object, path: string): readonly { toString(): string }[];
  };
};

/**
 * The single assertion of a response that is signed, itself or with the whole response, with one of these certificates.
 * The library returns the content that the signature covers, never the document around it, so wrapped assertions are
 * not seen. The caller checks times and audiences.
 *
 * @param samlResponse in base64
 * @param certificates DER in base64
 * @param decryptionKeys PEM; empty if assertions may not be encrypted
 * @throws ApiError InvalidIdentityToken
 */
export async function readSignedAssertion(
  samlResponse: string,
  certificates: readonly string[],
  decryptionKeys: readonly string[],
): Promise<XmlElement> {
  const text = Buffer.from(samlResponse, 'base64').toString('utf8');
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) throw invalid('The response must not declare a document type.');
  requireBoundedXml(text, () => invalid('The response is too large or nested too deeply.'));
  await requireSuccess(text);
  const keys = decryptionKeys.length > 0 ? decryptionKeys : [undefined];
  for (const key of keys) {
    const reader = new SAML({
      idpCert: [...certificates],
      issuer: 'gatehouse',
      callbackUrl: 'https://signin.aws.amazon.com/saml',
      audience: false,
      acceptedClockSkewMs: -1,
      wantAuthnResponseSigned: false,
      wantAssertionsSigned: false,
      ...(key === undefined ? {} : { decryptionPvk: key }),
    });
    try {
      const { profile } = await reader.validatePostResponseAsync({ SAMLResponse: samlResponse });
      const assertion = (profile?.getAssertion?.() as { Assertion?: XmlElement } | undefined)?.Assertion;
      if (assertion && !(await usesSha1(text, key))) return assertion;
    } catch {
      // The failed check is not reported, because it would help an attacker. Another key may decrypt it.
    }
  }
  throw invalid('The response cannot be verified.');
}

const SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success';

/** SAML 2.0 Core §3.2.2.2: a response with another status is not an authentication, whatever it contains. */
async function requireSuccess(xml: string): Promise<void> {
  const path = ['Response', 'Status', 'StatusCode'].map((name) => `/*[local-name(.)='${name}']`).join('');
  const document = await parseDomFromString(xml).catch(() => {
    throw invalid('The response cannot be verified.');
  });
  const codes = xpath.selectAttributes(document, `${path}/@Value`);
  if (codes.length !== 1 || codes[0]!.value !== SUCCESS)
    throw invalid('The response does not have the status Success.');
}

/**
 * Two documents with the same SHA-1 digest can be created (Leurent and Peyrin, "SHA-1 is a Shambles", 2020), and the
 * library still accepts it. The digests of key transport (RSA-OAEP) are not affected.
 */
async function usesSha1(xml: string, key: string | undefined): Promise<boolean> {
  const document = await parseDomFromString(xml);
  const used = "//*[local-name(.)='SignatureMethod' or (local-name(.)='DigestMethod' and local-name(..)='Reference')]";
  const algorithms = xpath.selectAttributes(document, `${used}/@Algorithm`);
  if (algorithms.some(({ value }) => /sha1$/i.test(value.trim()))) return true;
  if (key === undefined) return false;
  for (const encrypted of xpath.selectElements(document, "//*[local-name(.)='EncryptedAssertion']")) {
    if (await usesSha1(await decryptXml(encrypted.toString(), key), undefined)) return true;
  }
  return false;
}
