import { randomUUID, X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';
import { signXml } from '@node-saml/node-saml/lib/xml.js';
import { encrypt } from 'xml-encryption';

const ASSERTION = 'urn:oasis:names:tc:SAML:2.0:assertion';
const PREFIX = 'https://aws.amazon.com/SAML/Attributes/';

export interface Claims {
  readonly issuer: string;
  readonly role: string;
  readonly nameId?: string;
  readonly audience?: string;
  readonly recipient?: string;
  /** Milliseconds since 1970. */
  readonly issued?: number;
  /** By the name after AWS's prefix, or by a full name. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** When the provider's own session ends: milliseconds since 1970. */
  readonly sessionEnd?: number;
}

/** A response with one unsigned assertion. */
export function samlResponse(claims: Claims): string {
  const { issuer, role, nameId = 'ana', audience = 'urn:amazon:webservices' } = claims;
  const { recipient = 'https://signin.aws.amazon.com/saml', issued = Date.now() } = claims;
  const at = (milliseconds: number) => new Date(issued + milliseconds).toISOString();
  const attributes = Object.entries({ Role: role, RoleSessionName: 'ana', ...claims.attributes })
    .map(
      ([name, value]) =>
        `<saml:Attribute Name="${name.includes(':/') || name.startsWith('urn:') ? '' : PREFIX}${name}"><saml:AttributeValue>${value}</saml:AttributeValue></saml:Attribute>`,
    )
    .join('');
  const { sessionEnd } = claims;
  const statement =
    sessionEnd === undefined
      ? ''
      : `<saml:AuthnStatement AuthnInstant="${at(0)}" SessionNotOnOrAfter="${new Date(sessionEnd).toISOString()}"/>`;
  return `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r${randomUUID()}" Version="2.0" IssueInstant="${at(0)}"><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status><saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a${randomUUID()}" Version="2.0" IssueInstant="${at(0)}"><saml:Issuer>${issuer}</saml:Issuer><saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">${nameId}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData Recipient="${recipient}" NotOnOrAfter="${at(300_000)}"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="${at(0)}" NotOnOrAfter="${at(300_000)}"><saml:AudienceRestriction><saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>${statement}<saml:AttributeStatement>${attributes}</saml:AttributeStatement></saml:Assertion></samlp:Response>`;
}

/** Signs the assertion, or the whole response. */
export function signed(
  xml: string,
  privateKey: string,
  element: 'Assertion' | 'Response' = 'Assertion',
  algorithms: { signatureAlgorithm?: 'sha1' | 'sha256'; digestAlgorithm?: 'sha1' | 'sha256' } = {},
): string {
  const path = `//*[local-name(.)='${element}']`;
  const options = { privateKey, signatureAlgorithm: 'sha256', digestAlgorithm: 'sha256', ...algorithms } as const;
  return signXml(xml, path, { reference: path, action: 'append' }, options);
}

/** Encrypts the assertion for the holder of the certificate's key. */
export async function encrypted(xml: string, certificate: string): Promise<string> {
  const assertion = /<saml:Assertion.*<\/saml:Assertion>/s.exec(xml)![0];
  const options = {
    rsa_pub: new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'pem' }),
    pem: certificate,
    encryptionAlgorithm: 'http://www.w3.org/2009/xmlenc11#aes256-gcm',
    keyEncryptionAlgorithm: 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p',
  } as const;
  const envelope = await promisify(encrypt)(assertion, options);
  return xml.replace(
    assertion,
    () => `<saml:EncryptedAssertion xmlns:saml="${ASSERTION}">${envelope}</saml:EncryptedAssertion>`,
  );
}
