import { X509Certificate } from 'node:crypto';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { ApiError } from '../../kernel/errors/errors.js';
import { requireBoundedXml } from './xml-bounds.js';

/** The metadata of a SAML 2.0 identity provider (OASIS, "Metadata for SAML V2.0"). */
export interface SamlMetadata {
  /** The issuer of its assertions. */
  readonly entityId: string;
  /** Where users sign in. */
  readonly singleSignOnUrls: readonly string[];
  /** DER in base64: assertions must be signed with the key of one of these certificates. */
  readonly signingCertificates: readonly string[];
  /** When the document expires, if it says so. */
  readonly validUntil: Date | undefined;
}

type Node = Record<string, unknown>;

/** Entities are neither declared nor expanded, so a document cannot expand or refer to other resources. */
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  processEntities: false,
  parseTagValue: false,
  parseAttributeValue: false,
});

/** @throws ApiError InvalidInput naming what is missing */
export function readSamlMetadata(document: string): SamlMetadata {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(document)) throw invalid('it must not declare a document type');
  requireBoundedXml(document, (what) => invalid(`it has ${what}`));
  if (XMLValidator.validate(document) !== true) throw invalid('it is not well-formed XML');
  const root = (parser.parse(document) as Node)['EntityDescriptor'] as Node | undefined;
  const entityId = root?.['@entityID'];
  if (typeof entityId !== 'string' || entityId === '') throw invalid('it has no EntityDescriptor with an entityID');
  const descriptor = first(root?.['IDPSSODescriptor']);
  if (!descriptor) throw invalid('it has no IDPSSODescriptor');
  const signingCertificates = all(descriptor['KeyDescriptor'])
    .filter((key) => key['@use'] !== 'encryption')
    .flatMap((key) => all(key['KeyInfo']))
    .flatMap((info) => all(info['X509Data']))
    .flatMap((data) => texts(data['X509Certificate']))
    .map((text) => text.replace(/\s+/g, ''));
  if (signingCertificates.length === 0) throw invalid('it has no signing certificate');
  if (!signingCertificates.every(isCertificate)) throw invalid('one of its signing certificates cannot be parsed');
  const singleSignOnUrls = all(descriptor['SingleSignOnService']).map((service) => text(service['@Location']));
  return { entityId, singleSignOnUrls, signingCertificates, validUntil: dateOf(root?.['@validUntil']) };
}

function dateOf(value: unknown): Date | undefined {
  if (value === undefined) return undefined;
  const date = new Date(text(value));
  if (Number.isNaN(date.getTime())) throw invalid('its validUntil is not a valid time');
  return date;
}

function isCertificate(base64: string): boolean {
  try {
    return new X509Certificate(Buffer.from(base64, 'base64')).publicKey !== undefined;
  } catch {
    return false;
  }
}

function all(value: unknown): Node[] {
  const items: unknown[] = Array.isArray(value) ? value : [value];
  return items.filter((item): item is Node => typeof item === 'object' && item !== null);
}

function first(value: unknown): Node | undefined {
  return all(value)[0];
}

/** Text of elements with or without attributes. */
function texts(value: unknown): string[] {
  const items: unknown[] = Array.isArray(value) ? value : [value];
  return items.map((item) => text(typeof item === 'object' && item !== null ? (item as Node)['#text'] : item));
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function invalid(what: string): ApiError {
  return new ApiError('InvalidInput', `Could not parse metadata: ${what}.`);
}
