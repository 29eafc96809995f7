import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';

interface Options {
  readonly challenge: string;
}

const USER_PRESENT = 1;
const USER_VERIFIED = 4;
const ATTESTED_DATA = 64;

/**
 * A security key in software: the responses of a browser and an authenticator (W3C Web Authentication Level 3, §6 and
 * §7), with every part open to tests that forge it.
 */
export class SoftwareAuthenticator {
  readonly credentialId = randomBytes(32).toString('base64url');
  private readonly key: KeyObject;
  private readonly point: Buffer;
  signCount = 0;
  /** Whether the key verifies its user by PIN or fingerprint. */
  verifiesUser = true;

  /** @param rpId the relying party ID, or the application ID of U2F */
  constructor(
    readonly rpId: string,
    readonly origin: string,
  ) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.key = privateKey;
    const { x, y } = publicKey.export({ format: 'jwk' }) as { x: string; y: string };
    this.point = Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  }

  /** The same key, on another page or requested by another relying party. */
  pretending(lie: { readonly rpId?: string; readonly origin?: string }): SoftwareAuthenticator {
    return Object.create(
      this,
      Object.fromEntries(Object.entries(lie).map(([name, value]) => [name, { value }])),
    ) as SoftwareAuthenticator;
  }

  /** The public key in the format of the U2F API. */
  get u2fPublicKey(): string {
    return this.point.toString('base64url');
  }

  /** `navigator.credentials.create` */
  create({ challenge }: Options) {
    const cose = new Map<number, number | Uint8Array>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, new Uint8Array(this.point.subarray(1, 33))],
      [-3, new Uint8Array(this.point.subarray(33))],
    ]);
    const id = Buffer.from(this.credentialId, 'base64url');
    const length = Buffer.from([id.length >> 8, id.length & 255]);
    const attested = Buffer.concat([Buffer.alloc(16), length, id, Buffer.from(isoCBOR.encode(cose as never))]);
    const authData = Buffer.concat([this.data(USER_PRESENT | USER_VERIFIED | ATTESTED_DATA), attested]);
    const attestation = new Map<string, unknown>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', new Uint8Array(authData)],
    ]);
    return {
      id: this.credentialId,
      rawId: this.credentialId,
      type: 'public-key',
      response: {
        clientDataJSON: this.clientData('webauthn.create', challenge).toString('base64url'),
        attestationObject: Buffer.from(isoCBOR.encode(attestation as never)).toString('base64url'),
        transports: ['usb'],
      },
      clientExtensionResults: {},
    };
  }

  /** `navigator.credentials.get` */
  get({ challenge }: Options, userHandle?: string) {
    this.signCount += 1;
    const clientData = this.clientData('webauthn.get', challenge);
    const authData = this.data(USER_PRESENT | (this.verifiesUser ? USER_VERIFIED : 0));
    const signed = Buffer.concat([authData, createHash('sha256').update(clientData).digest()]);
    return {
      id: this.credentialId,
      rawId: this.credentialId,
      type: 'public-key',
      response: {
        clientDataJSON: clientData.toString('base64url'),
        authenticatorData: authData.toString('base64url'),
        signature: createSign('sha256').update(signed).sign(this.key).toString('base64url'),
        ...(userHandle === undefined ? {} : { userHandle }),
      },
      clientExtensionResults: {},
    };
  }

  private clientData(type: string, challenge: string): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin: this.origin, crossOrigin: false }));
  }

  private data(flags: number): Buffer {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(this.signCount);
    return Buffer.concat([createHash('sha256').update(this.rpId).digest(), Buffer.from([flags]), count]);
  }
}

/** The origin of pages of a test server: it listens on the loopback interface, whose host name is localhost. */
export function localOrigin(baseUrl: string): string {
  const url = new URL(baseUrl);
  url.hostname = 'localhost';
  return url.origin;
}
