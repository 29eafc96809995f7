import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

const FORMAT = 1;
const KEY_ID_BYTES = 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + KEY_ID_BYTES + NONCE_BYTES;

/** The secrets in the database were sealed with another master key. */
class MasterKeyError extends Error {
  override readonly name = 'MasterKeyError';
}

/**
 * Encrypts secrets at rest: AES-256-GCM (NIST SP 800-38D) under the master key.
 *
 * Layout: format (1 byte), key ID (4), nonce (12), ciphertext, tag (16). The key ID identifies the master key, so that
 * it can be rotated: boxes that a previous key sealed can still be opened until they are resealed. The `owner` is
 * authenticated, so a sealed secret that is copied to another account or row cannot be opened there.
 */
export class SecretBox {
  /** Boxes that are sealed now have these bytes after the first one. */
  readonly keyId: Buffer;
  private readonly keys: ReadonlyMap<string, Buffer>;

  /**
   * @param masterKey 32 bytes: seals and opens
   * @param previousKeys 32 bytes each: only open
   */
  constructor(
    private readonly masterKey: Buffer,
    private readonly previousKeys: readonly Buffer[] = [],
  ) {
    this.keyId = idOf(masterKey);
    this.keys = new Map([...previousKeys, masterKey].map((key) => [idOf(key).toString('hex'), key]));
  }

  /**
   * A box with a derived key (HKDF-SHA-256, RFC 5869), so that boxes of different purposes cannot open each other's
   * content.
   */
  derive(purpose: string): SecretBox {
    const derived = (key: Buffer) => Buffer.from(hkdfSync('sha256', key, '', `gatehouse ${purpose}`, 32));
    return new SecretBox(derived(this.masterKey), this.previousKeys.map(derived));
  }

  /** HMAC-SHA-256 under this box's key; use it on a derived box. It differs with another master key. */
  mac(text: string): Buffer {
    return createHmac('sha256', this.masterKey).update(text).digest();
  }

  /** The results of `mac` under this key and under each previous one. */
  macs(text: string): Buffer[] {
    return [...this.keys.values()].map((key) => createHmac('sha256', key).update(text).digest());
  }

  /** HMAC-SHA-256 (RFC 2104), after the ID of its key (4 bytes). Only on a derived box, whose key encrypts nothing. */
  authenticate(data: Uint8Array): Buffer {
    return Buffer.concat([this.keyId, createHmac('sha256', this.masterKey).update(data).digest()]);
  }

  /** @returns undefined if the code was created under another key */
  isAuthentic(data: Uint8Array, code: Uint8Array): boolean | undefined {
    const key = this.keys.get(Buffer.from(code.subarray(0, KEY_ID_BYTES)).toString('hex'));
    if (!key) return undefined;
    const expected = createHmac('sha256', key).update(data).digest();
    const given = code.subarray(KEY_ID_BYTES);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  /** Whether it was sealed with the current key and not with a previous one. */
  isOfPresentKey(sealed: Uint8Array): boolean {
    return this.keyId.equals(sealed.subarray(1, 1 + KEY_ID_BYTES));
  }

  /**
   * @param owner what the secret belongs to: table, account ID and row ID, such as `['access-key', '111122223333',
   *   'AKIA…']`
   */
  seal(secret: Uint8Array, owner: readonly string[]): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const header = Buffer.concat([Buffer.from([FORMAT]), this.keyId, nonce]);
    const cipher = createCipheriv('aes-256-gcm', this.masterKey, nonce).setAAD(associatedData(header, owner));
    return Buffer.concat([header, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
  }

  /** @throws Error if the box was sealed for another owner or with another key, or was changed */
  open(sealed: Uint8Array, owner: readonly string[]): Buffer {
    const box = Buffer.from(sealed);
    if (box.length < HEADER_BYTES + TAG_BYTES || box[0] !== FORMAT) throw new Error('not a sealed secret');
    const header = box.subarray(0, HEADER_BYTES);
    const key = this.keys.get(header.subarray(1, 1 + KEY_ID_BYTES).toString('hex'));
    if (!key) {
      throw new MasterKeyError(
        'The secrets in this database are encrypted with another master key. Set GATEHOUSE_MASTER_KEY to ' +
          'that key, or restore the data directory that contains it.',
      );
    }
    const decipher = createDecipheriv('aes-256-gcm', key, header.subarray(1 + KEY_ID_BYTES))
      .setAAD(associatedData(header, owner))
      .setAuthTag(box.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(box.subarray(HEADER_BYTES, -TAG_BYTES)), decipher.final()]);
  }
}

function idOf(key: Buffer): Buffer {
  return createHash('sha256').update('gatehouse master key id').update(key).digest().subarray(0, KEY_ID_BYTES);
}

/** JSON separates the parts of the owner: `['a', 'bc']` and `['ab', 'c']` differ. */
function associatedData(header: Buffer, owner: readonly string[]): Buffer {
  return Buffer.concat([header, Buffer.from(JSON.stringify(owner))]);
}
