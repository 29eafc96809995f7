import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../../operations/declaration.js';
import { ApiError } from '../../../kernel/errors/errors.js';
import { likePrefix } from '../../../kernel/paging/like-prefix.js';
import { page, pageRequest } from '../../../kernel/paging/paging.js';
import { Database, type Transaction } from '../../../kernel/database/database.service.js';
import type { HardwareToken } from '../../../generated/prisma/client.js';
import { SecretBox } from '../../../kernel/secrets/secret-box.js';
import type { hardwareToken, importTokensInput, listTokensInput } from './hardware-tokens.schema.js';
import { readTokenFile, type SentToken } from './token-file-reader.js';

type Described = z.input<typeof hardwareToken>;

/** Rows per write, so that the event loop can run in between. */
const PART = 50;

/** The operator's inventory of hardware tokens. It belongs to the platform: every access leaves the account's scope. */
@Injectable()
export class HardwareTokensService {
  constructor(
    private readonly database: Database,
    private readonly secrets: SecretBox,
  ) {}

  /**
   * Imports the whole file or nothing.
   *
   * @throws ApiError InvalidInput naming the token; EntityAlreadyExists, LimitExceeded
   */
  async import(tx: Transaction, input: z.output<typeof importTokensInput>): Promise<number> {
    const { format, document, password, partition } = input;
    const key = input.key === undefined ? undefined : Buffer.from(input.key, 'base64');
    const tokens = await readTokenFile({ format, document, key, password });
    return this.database.inPlatform(tx, async () => {
      for (const part of inParts(tokens)) {
        const known = await tx.hardwareToken.findFirst({
          where: { serialNumber: { in: part.map(({ serialNumber }) => serialNumber) } },
        });
        if (known) {
          const message = `The token ${known.serialNumber} already exists. Nothing was imported.`;
          throw new ApiError('EntityAlreadyExists', message);
        }
        await tx.hardwareToken.createMany({ data: part.map((token) => this.toRow(token, partition)) });
      }
      return tokens.length;
    });
  }

  /** Ordered by serial number. */
  async list(tx: Transaction, { status, serialNumberPrefix, ...paging }: z.output<typeof listTokensInput>) {
    const request = pageRequest(paging);
    const rows = await this.database.inPlatform(tx, () =>
      tx.hardwareToken.findMany({
        where: {
          ...(status === undefined ? {} : { claimedBy: status === 'free' ? null : { not: null } }),
          AND: [
            serialNumberPrefix === undefined ? {} : { serialNumber: { startsWith: likePrefix(serialNumberPrefix) } },
            request.after ? { serialNumber: { gt: request.after[0]! } } : {},
          ],
        },
        orderBy: { serialNumber: 'asc' },
        take: request.take,
        omit: { sealedSeed: true },
      }),
    );
    const { items, ...more } = page(rows, request, ({ serialNumber }) => [serialNumber]);
    return { hardwareTokens: items.map(describe), ...more };
  }

  /** @throws ApiError NoSuchEntity */
  async get(tx: Transaction, serialNumber: string): Promise<Described> {
    return describe(await this.require(tx, serialNumber));
  }

  /** @throws ApiError NoSuchEntity, DeleteConflict while it is in use */
  async delete(tx: Transaction, serialNumber: string): Promise<void> {
    const { claimedBy } = await this.require(tx, serialNumber);
    if (claimedBy !== null) {
      throw new ApiError(
        'DeleteConflict',
        `The token is in use by account ${claimedBy}. It must be deactivated first.`,
      );
    }
    await this.database.inPlatform(tx, () => tx.hardwareToken.delete({ where: { serialNumber } }));
  }

  /**
   * Takes a token from the inventory for an account. If several try at once, one succeeds.
   *
   * @returns the token with its seed; undefined if there is none that this account can have
   */
  async claim({ tx, accountId, partition, request }: OperationContext<unknown>, serialNumber: string) {
    const [token] = await this.database.inPlatform(
      tx,
      () => tx.$queryRaw<ClaimedToken[]>`
        UPDATE hardware_tokens SET claimed_by = ${accountId}, claimed_at = ${request.receivedAt}
        WHERE serial_number = ${serialNumber} AND (partition IS NULL OR partition = ${partition})
          AND (
            claimed_by IS NULL
            -- A counter that a purged account took along is not known: such a token must be imported again.
            OR (type = 'totp' AND claimed_by IN (SELECT account_id FROM accounts WHERE status = 'purged'))
          )
        RETURNING sealed_seed AS "sealedSeed", type, algorithm, digits, period, last_counter AS "lastCounter"`,
    );
    return token && { ...token, seed: this.secrets.open(token.sealedSeed, hardwareSeedOwner(serialNumber)) };
  }

  /**
   * Returns a token to the inventory. @param lastCounter codes up to it are never accepted again, for any later owner
   */
  async release(tx: Transaction, accountId: string, serialNumber: string, lastCounter: bigint): Promise<void> {
    await this.database.inPlatform(tx, () =>
      tx.hardwareToken.updateMany({
        where: { serialNumber, claimedBy: accountId },
        data: { claimedBy: null, claimedAt: null, lastCounter },
      }),
    );
  }

  private async require(tx: Transaction, serialNumber: string): Promise<HardwareToken> {
    const found = await this.database.inPlatform(tx, () => tx.hardwareToken.findUnique({ where: { serialNumber } }));
    if (!found) throw new ApiError('NoSuchEntity', `The hardware token ${serialNumber} cannot be found.`);
    return found;
  }

  private toRow({ hexadecimalSeed, counter, ...token }: SentToken, partition: string | undefined) {
    const sealed = this.secrets.seal(Buffer.from(hexadecimalSeed, 'hex'), hardwareSeedOwner(token.serialNumber));
    return {
      serialNumber: token.serialNumber,
      manufacturer: token.manufacturer,
      sealedSeed: new Uint8Array(sealed),
      type: token.type,
      algorithm: token.algorithm,
      digits: token.digits,
      period: token.period ?? null,
      lastCounter: BigInt(counter) - 1n,
      partition: partition ?? null,
    };
  }
}

function inParts(tokens: readonly SentToken[]): (readonly SentToken[])[] {
  const count = Math.ceil(tokens.length / PART);
  return Array.from({ length: count }, (_, part) => tokens.slice(part * PART, (part + 1) * PART));
}

interface ClaimedToken {
  readonly sealedSeed: Uint8Array;
  readonly type: 'totp' | 'hotp';
  readonly algorithm: 'sha1' | 'sha256' | 'sha512';
  readonly digits: 6 | 8;
  readonly period: number | null;
  readonly lastCounter: bigint;
}

function describe(token: Omit<HardwareToken, 'sealedSeed'>): Described {
  const { period, partition, claimedBy, claimedAt } = token;
  return {
    serialNumber: token.serialNumber,
    manufacturer: token.manufacturer,
    type: token.type as 'totp' | 'hotp',
    algorithm: token.algorithm,
    digits: token.digits,
    ...(period === null ? {} : { period }),
    ...(partition === null ? {} : { partition }),
    importDate: token.importedAt,
    ...(claimedBy === null ? {} : { accountId: claimedBy }),
    ...(claimedAt === null ? {} : { enableDate: claimedAt }),
  };
}

/** The owner to which the sealed seed of a token in the inventory is bound. */
export function hardwareSeedOwner(serialNumber: string): readonly string[] {
  return ['hardware-token', serialNumber];
}
