import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { ApiError } from '../../../kernel/errors/errors.js';
import { PskcDecryption, type PskcSecret } from './pskc-decryption.js';
import { type TokenRecord, toTokenRecord } from './token-record.js';
import { child, children, text, type XmlNode } from './xml-node.js';

/** `urn:ietf:params:xml:ns:keyprov:pskc:hotp` and `…:totp` (RFC 6030 §10.2). */
const ALGORITHM = /^urn:ietf:params:xml:ns:keyprov:pskc:(hotp|totp)$/;

/** Entities are neither declared nor expanded, so a file cannot expand or refer to other resources. */
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  processEntities: false,
  parseTagValue: false,
  parseAttributeValue: false,
});

/** Decrypts an encrypted value with its MAC. */
type Open = (value: XmlNode, mac: string) => Promise<Buffer>;

/**
 * Tokens in the Portable Symmetric Key Container (RFC 6030), unencrypted or encrypted.
 *
 * @throws ApiError InvalidInput describing the problem
 */
export async function readPskc(document: string, secret: PskcSecret): Promise<TokenRecord[]> {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(document)) throw invalid('it must not declare a document type');
  const container = child(parse(document), 'KeyContainer');
  if (!container) throw invalid('it has no KeyContainer');
  let decryption: Promise<PskcDecryption> | undefined;
  const open: Open = async (value, mac) => {
    // The key is needed only if the file contains encrypted values.
    decryption ??= PskcDecryption.prepare(container, secret);
    return (await decryption).open(value, mac);
  };
  const packages = children(container, 'KeyPackage');
  return Promise.all(packages.map((node, index) => readPackage(node, `key package ${index + 1}`, open)));
}

function parse(document: string): XmlNode {
  if (XMLValidator.validate(document) !== true) throw invalid('it is not well-formed XML');
  try {
    return parser.parse(document) as XmlNode;
  } catch (error) {
    // A well-formed file may still exceed limits, such as the depth.
    throw invalid((error as Error).message);
  }
}

async function readPackage(node: XmlNode, where: string, open: Open): Promise<TokenRecord> {
  const key = child(node, 'Key');
  const data = key && child(key, 'Data');
  const secret = data && child(data, 'Secret');
  const type = ALGORITHM.exec(text(key?.['@Algorithm']))?.[1];
  if (!key || !data || !secret || !type) throw invalid(`${where} does not contain a HOTP or TOTP key with its secret`);
  const device = child(node, 'DeviceInfo');
  const parameters = child(key, 'AlgorithmParameters');
  const format = parameters && child(parameters, 'ResponseFormat');
  const encoding = text(format?.['@Encoding']);
  if (encoding !== '' && encoding !== 'DECIMAL') throw invalid(`${where}: codes must be decimal digits`);
  return toTokenRecord(
    {
      serialNumber: text(device?.['SerialNo']) || text(key['@Id']),
      manufacturer: text(device?.['Manufacturer']),
      seed: await secretOf(secret, open),
      type,
      algorithm: text(parameters?.['Suite']),
      digits: text(format?.['@Length']),
      period: plain(data, 'TimeInterval'),
      counter: plain(data, 'Counter'),
    },
    where,
  );
}

async function secretOf(secret: XmlNode, open: Open): Promise<Buffer> {
  const encrypted = child(secret, 'EncryptedValue');
  if (encrypted) return open(encrypted, text(secret['ValueMAC']));
  return Buffer.from(text(secret['PlainValue']).replace(/\s+/g, ''), 'base64');
}

function plain(data: XmlNode, name: string): string {
  return text(child(data, name)?.['PlainValue']);
}

function invalid(what: string): ApiError {
  return new ApiError('InvalidInput', `Could not read the PSKC file: ${what}.`);
}
