import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { calculateJwkThumbprint, type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { Database, type Transaction } from '../../database/database.service.js';
import { SecretBox } from '../../secrets/secret-box.js';

/** RFC 8037: Ed25519 in JOSE. */
export const SIGNING_ALGORITHM = 'EdDSA';

/** How long an unknown key id is not asked for again, so that forged ids do not become database load. */
const RELOAD_MILLISECONDS = 5_000;

interface SigningKey {
  readonly keyId: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly publicJwk: JWK;
}

/** The keys that sign access tokens, shared by all replicas through the database. */
@Injectable()
export class SigningKeys implements OnApplicationBootstrap {
  private keys = new Map<string, SigningKey>();
  private newest: SigningKey | undefined;
  private loadedAt = 0;

  constructor(
    private readonly database: Database,
    private readonly secrets: SecretBox,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.reload();
  }

  /** The key that signs new tokens. */
  async current(): Promise<SigningKey> {
    if (!this.newest) await this.reload();
    return this.newest!;
  }

  /** @returns undefined when no such key was ever ours or it is retired */
  async find(keyId: string): Promise<SigningKey | undefined> {
    const known = this.keys.get(keyId);
    if (known || performance.now() - this.loadedAt < RELOAD_MILLISECONDS) return known;
    await this.reload();
    return this.keys.get(keyId);
  }

  /** The public keys as a JWK Set (RFC 7517 §5). */
  publicKeys(): { keys: JWK[] } {
    return { keys: [...this.keys.values()].map(({ publicJwk }) => publicJwk) };
  }

  private async reload(): Promise<void> {
    const rows = await this.database.forPlatform(async (tx) => {
      await createFirstKey(tx, this.secrets);
      return tx.signingKey.findMany({ where: { retiredAt: null }, orderBy: { createdAt: 'asc' } });
    });
    const keys = await Promise.all(
      rows.map(async ({ keyId, publicJwk, sealedPrivateJwk }): Promise<SigningKey> => {
        const privateJwk = JSON.parse(this.secrets.open(sealedPrivateJwk, owner(keyId)).toString('utf8')) as JWK;
        return {
          keyId,
          privateKey: (await importJWK(privateJwk, SIGNING_ALGORITHM)) as CryptoKey,
          publicKey: (await importJWK(publicJwk as JWK, SIGNING_ALGORITHM)) as CryptoKey,
          publicJwk: publicJwk as JWK,
        };
      }),
    );
    this.keys = new Map(keys.map((key) => [key.keyId, key]));
    this.newest = keys.at(-1);
    this.loadedAt = performance.now();
  }
}

async function createFirstKey(tx: Transaction, secrets: SecretBox): Promise<void> {
  if ((await tx.signingKey.count({ where: { retiredAt: null } })) > 0) return;
  // Replicas that start together wait here and then find the first one's key.
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('gatehouse signing keys'))`;
  if ((await tx.signingKey.count({ where: { retiredAt: null } })) > 0) return;
  const { publicKey, privateKey } = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true });
  const publicJwk = await exportJWK(publicKey);
  const keyId = await calculateJwkThumbprint(publicJwk);
  const sealedPrivateJwk = secrets.seal(Buffer.from(JSON.stringify(await exportJWK(privateKey))), owner(keyId));
  await tx.signingKey.create({
    data: {
      keyId,
      publicJwk: { ...publicJwk, kid: keyId, alg: SIGNING_ALGORITHM, use: 'sig' },
      sealedPrivateJwk: new Uint8Array(sealedPrivateJwk),
    },
  });
}

function owner(keyId: string): readonly string[] {
  return ['signing-key', keyId];
}
