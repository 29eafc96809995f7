import { randomUUID } from 'node:crypto';
import { signXml } from '@node-saml/node-saml/lib/xml.js';

export interface Claims {
  readonly issuer: string;
  readonly role: string;
  readonly nameId?: string;
  readonly audience?: string;
  readonly recipient?: string;
  /** Milliseconds since 1970. */
  readonly issued?: number;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** A response with one assertion, not signed. */
export function samlResponse(claims: Claims): string {
  const { issuer, role, nameId = 'ana', audience = 'urn:amazon:webservices' } = claims;
  const { recipient = 'https://signin.aws.amazon.com/saml', issued = Date.now() } = claims;
  const at = (milliseconds: number) => new Date(issued + milliseconds).toISOString();
  const attributes = Object.entries({ Role: role, RoleSessionName: 'ana', ...claims.attributes })
    .map(
      ([name, value]) =>
        `<saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/${name}"><saml:AttributeValue>${value}</saml:AttributeValue></saml:Attribute>`,
    )
    .join('');
  return `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r${randomUUID()}" Version="2.0" IssueInstant="${at(0)}"><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status><saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a${randomUUID()}" Version="2.0" IssueInstant="${at(0)}"><saml:Issuer>${issuer}</saml:Issuer><saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">${nameId}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData Recipient="${recipient}" NotOnOrAfter="${at(300_000)}"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="${at(0)}" NotOnOrAfter="${at(300_000)}"><saml:AudienceRestriction><saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AttributeStatement>${attributes}</saml:AttributeStatement></saml:Assertion></samlp:Response>`;
}

/** Signs the assertion, or the whole response. */
export function signed(xml: string, privateKey: string, element: 'Assertion' | 'Response' = 'Assertion'): string {
  const path = `//*[local-name(.)='${element}']`;
  const options = { privateKey, signatureAlgorithm: 'sha256', digestAlgorithm: 'sha256' } as const;
  return signXml(xml, path, { reference: path, action: 'append' }, options);
}
