import { calculateJwkThumbprint, type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { JsonColumn } from '../../kernel/database/json-column.js';
import { lockSharedWork } from '../../kernel/database/row-locks.js';
import { Background } from '../../kernel/background/background.service.js';
import type { Clock } from '../../kernel/clock/clock.js';
import type { MaybePromise } from '../../kernel/maybe-promise.js';
import type { Settings } from '../../kernel/config/settings.js';
import type { Database, Transaction } from '../../kernel/database/database.service.js';
import type { SecretBox } from '../../kernel/secrets/secret-box.js';
import { isRotationDue, outlived, signerAt } from './key-rotation.js';

/** RFC 8037: Ed25519 in JOSE; RFC 7518 §3.3 and §3.4. */
export type KeyAlgorithm = 'EdDSA' | 'RS256' | 'ES384';

/** How long an unknown key ID is not queried again, so that forged IDs do not cause database load. */
const RELOAD_MILLISECONDS = 5_000;

/**
 * How often each replica checks for new keys; shorter than the time between the publication of a key and its first use.
 */
const ROTATION_MILLISECONDS = 5 * 60_000;

const publicJwkColumn = new JsonColumn<JWK>();

interface SigningKey {
  readonly keyId: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly publicJwk: JWK;
  readonly createdAt: Date;
}

/**
 * The keys that sign one kind of token with one algorithm, shared by all replicas through the database and rotated by
 * age.
 */
export class KeyRing {
  private isOpen = false;
  private keys = new Map<string, SigningKey>();
  private loadedAt = 0;

  /** @param tokenSeconds the maximum lifetime of the tokens that the keys sign */
  constructor(
    readonly algorithm: KeyAlgorithm,
    private readonly tokenSeconds: number,
    private readonly database: Database,
    private readonly secrets: SecretBox,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly background: Background,
  ) {}

  /** Loads the keys, creates the first one if necessary, and starts the rotation. */
  async open(): Promise<void> {
    if (this.isOpen) return;
    this.isOpen = true;
    this.background.periodic({
      name: KeyRing.name,
      interval: ROTATION_MILLISECONDS,
      startsLater: true,
      run: () => this.reload(),
      failure: 'signing keys were not looked after',
    });
    await this.reload();
  }

  /** The key that signs new tokens. */
  async current(): Promise<SigningKey> {
    if (this.keys.size === 0) await this.reload();
    return signerAt([...this.keys.values()], this.clock.now());
  }

  /** @returns undefined if the key does not exist or is retired */
  find(keyId: string): MaybePromise<SigningKey | undefined> {
    const known = this.keys.get(keyId);
    if (known || performance.now() - this.loadedAt < RELOAD_MILLISECONDS) return known;
    return this.reload().then(() => this.keys.get(keyId));
  }

  /** The public keys as a JWK Set (RFC 7517 §5). */
  publicKeys(): { keys: JWK[] } {
    return { keys: [...this.keys.values()].map(({ publicJwk }) => publicJwk) };
  }

  private async reload(): Promise<void> {
    const rows = await this.database.lookUpPlatform(async (tx) => {
      await this.replaceByAge(tx, this.clock.now());
      return this.inUse(tx);
    });
    const keys = await Promise.all(
      rows.map(async ({ keyId, publicJwk, sealedPrivateJwk, createdAt }): Promise<SigningKey> => {
        const privateJwk = JSON.parse(
          this.secrets.open(sealedPrivateJwk, signingKeyOwner(keyId)).toString('utf8'),
        ) as JWK;
        const jwk = publicJwkColumn.read(publicJwk);
        return {
          keyId,
          privateKey: (await importJWK(privateJwk, this.algorithm)) as CryptoKey,
          publicKey: (await importJWK(jwk, this.algorithm)) as CryptoKey,
          publicJwk: jwk,
          createdAt,
        };
      }),
    );
    this.keys = new Map(keys.map((key) => [key.keyId, key]));
    this.loadedAt = performance.now();
  }

  /** Creates a new key when the newest is old, and deletes keys that are no longer needed. */
  private async replaceByAge(tx: Transaction, now: Date): Promise<void> {
    const { signingKeyDays } = this.settings;
    const before = await this.inUse(tx);
    if (!isRotationDue(before, now, signingKeyDays) && outlived(before, now, this.tokenSeconds).length === 0) return;
    // Concurrent replicas wait here and then find the first one's key.
    await lockSharedWork(tx, 'signing keys');
    if (isRotationDue(await this.inUse(tx), now, signingKeyDays)) {
      await createSigningKey(tx, this.secrets, this.algorithm);
    }
    const old = outlived(await this.inUse(tx), now, this.tokenSeconds).map(({ keyId }) => keyId);
    await tx.signingKey.updateMany({ where: { keyId: { in: old } }, data: { retiredAt: now } });
  }

  private inUse(tx: Transaction) {
    const { algorithm } = this;
    return tx.signingKey.findMany({ where: { algorithm, retiredAt: null }, orderBy: { createdAt: 'asc' } });
  }
}

/** Creates a key that is used after every replica has had time to load it. @param tx of the platform */
export async function createSigningKey(tx: Transaction, secrets: SecretBox, algorithm: KeyAlgorithm): Promise<void> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const publicJwk = await exportJWK(publicKey);
  const keyId = await calculateJwkThumbprint(publicJwk);
  const sealedPrivateJwk = secrets.seal(
    Buffer.from(JSON.stringify(await exportJWK(privateKey))),
    signingKeyOwner(keyId),
  );
  await tx.signingKey.create({
    data: {
      keyId,
      algorithm,
      publicJwk: { ...publicJwk, kid: keyId, alg: algorithm, use: 'sig' },
      sealedPrivateJwk: new Uint8Array(sealedPrivateJwk),
    },
  });
}

/** The owner to which a sealed private key is bound. */
export function signingKeyOwner(keyId: string): readonly string[] {
  return ['signing-key', keyId];
}
