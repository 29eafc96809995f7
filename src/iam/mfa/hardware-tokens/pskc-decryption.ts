import { createDecipheriv, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { ApiError } from '../../../kernel/errors/errors.js';
import { child, text, type XmlNode } from './xml-node.js';

const AES_CBC = /^http:\/\/www\.w3\.org\/2001\/04\/xmlenc#aes(128|192|256)-cbc$/;
const HMAC = /#hmac-(sha1|sha256|sha512)$/;
/** In a separate thread, so that the server can process other requests. */
const deriveKey = promisify(pbkdf2);
/** PKCS #5: with more iterations, a file could keep the server busy. */
const MAXIMUM_ITERATIONS = 1_000_000;

/** The key of an encrypted file: the pre-shared key, or the password from which it is derived. */
export interface PskcSecret {
  readonly key?: Buffer | undefined;
  readonly password?: string | undefined;
}

/**
 * Decrypts the encrypted values of a PSKC file, after verifying its MAC.
 *
 * Source: RFC 6030 §6: pre-shared key (§6.1), passphrase (§6.2), MAC (§6.1.1); XML Encryption for the block format.
 */
export class PskcDecryption {
  private readonly mac: { readonly key: Buffer; readonly hash: string } | undefined;

  private constructor(
    private readonly key: Buffer,
    container: XmlNode,
  ) {
    const method = child(container, 'MACMethod');
    const hash = HMAC.exec(text(method?.['@Algorithm']))?.[1];
    const sealedKey = method && child(method, 'MACKey');
    this.mac = hash && sealedKey ? { hash, key: this.decrypt(sealedKey) } : undefined;
  }

  /** @throws ApiError InvalidInput if the key is missing or wrong */
  static async prepare(container: XmlNode, secret: PskcSecret): Promise<PskcDecryption> {
    return new PskcDecryption(await encryptionKey(child(container, 'EncryptionKey'), secret), container);
  }

  /**
   * @param value an EncryptedValue
   * @param valueMac its MAC in base64
   * @throws ApiError InvalidInput
   */
  open(value: XmlNode, valueMac: string): Buffer {
    const cipherText = cipherOf(value);
    // RFC 6030 §6: CBC alone does not detect changes, so the MAC is required.
    if (!this.mac) throw invalid('an encrypted file must have a MACMethod');
    const expected = createHmac(this.mac.hash, this.mac.key).update(cipherText).digest();
    const given = Buffer.from(valueMac, 'base64');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw invalid('a ValueMAC is not correct: the key is wrong, or the file was changed');
    }
    return this.decrypt(value);
  }

  private decrypt(value: XmlNode): Buffer {
    const algorithm = text(child(value, 'EncryptionMethod')?.['@Algorithm']);
    const bits = AES_CBC.exec(algorithm)?.[1];
    if (!bits)
      throw invalid(`the encryption algorithm ${algorithm.slice(0, 128) || '(none)'} is not supported, only AES-CBC`);
    if (this.key.length * 8 !== Number(bits)) throw invalid(`the key must have ${bits} bits`);
    const data = cipherOf(value);
    if (data.length < 32 || data.length % 16 !== 0) throw invalid('an encrypted value has the wrong length');
    const decipher = createDecipheriv(`aes-${bits}-cbc`, this.key, data.subarray(0, 16));
    try {
      return Buffer.concat([decipher.update(data.subarray(16)), decipher.final()]);
    } catch {
      throw invalid('it cannot be decrypted with this key');
    }
  }
}

async function encryptionKey(node: XmlNode | undefined, { key, password }: PskcSecret): Promise<Buffer> {
  const derived = node && child(node, 'DerivedKey');
  if (!derived) {
    if (!key) throw invalid('it is encrypted: specify the pre-shared key');
    return key;
  }
  if (password === undefined) throw invalid('it is encrypted: specify the password');
  const method = child(derived, 'KeyDerivationMethod');
  if (!/#pbkdf2$/.test(text(method?.['@Algorithm'])))
    throw invalid('only PBKDF2 is supported as key derivation function');
  const parameters = method && (child(method, 'PBKDF2-params') ?? child(method, 'Parameters'));
  const salt = parameters && child(parameters, 'Salt');
  const saltText = text(salt && (child(salt, 'Specified') ? child(salt, 'Specified')!['#text'] : salt['Specified']));
  const iterations = Number(text(parameters?.['IterationCount']));
  const length = Number(text(parameters?.['KeyLength']));
  const prf = parameters && child(parameters, 'PRF');
  const hash = HMAC.exec(text(prf?.['@Algorithm']))?.[1] ?? 'sha1';
  if (!(iterations >= 1 && iterations <= MAXIMUM_ITERATIONS) || ![16, 24, 32].includes(length) || saltText === '') {
    throw invalid('its PBKDF2 parameters are not valid');
  }
  return deriveKey(password, Buffer.from(saltText, 'base64'), iterations, length, hash);
}

function cipherOf(value: XmlNode): Buffer {
  const data = child(value, 'CipherData');
  return Buffer.from(text(data?.['CipherValue']).replace(/\s+/g, ''), 'base64');
}

function invalid(what: string): ApiError {
  return new ApiError('InvalidInput', `Could not read the PSKC file: ${what}.`);
}
