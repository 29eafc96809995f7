import { Injectable } from '@nestjs/common';
import { SecretBox } from '../../kernel/secrets/secret-box.js';
import { chainHash, type Hash, type HashedEvent } from './chain.js';

/** The end of a chain, and facts about the part before it. Sealed as a whole. */
export interface ChainEnd {
  readonly sequence: bigint;
  readonly hash: Uint8Array;
  /**
   * The first event from which on each has an authenticator under the master key that sealed the end. Earlier events
   * are protected by the hashes only: they were written before authenticators existed, or under a previous master key.
   */
  readonly authenticatedFrom: bigint;
  /** The first event that was appended to an end that did not match its seal; 0 if there is none. */
  readonly brokenAt: bigint;
}

/** A stored event: the content that its hash covers, and what binds it to its position. */
export interface ChainedEvent {
  readonly accountId: string;
  readonly sequence: bigint;
  readonly hashed: HashedEvent;
  readonly previousHash: Uint8Array;
  readonly hash: Uint8Array;
  /** Null: written before authenticators existed. */
  readonly authenticator: Uint8Array | null;
}

/** The last event that retention dropped. */
interface Checkpoint {
  readonly sequence: bigint;
  readonly hash: Uint8Array;
}

const HASH_BYTES = 32;
/** Only sequence and hash: ends that were sealed before events had authenticators. */
const PLAIN_END_BYTES = 8 + HASH_BYTES;
const END_BYTES = PLAIN_END_BYTES + 8 + 8;

/** Creates what requires the master key: the proof that the server wrote an event, an end or a checkpoint. */
@Injectable()
export class ChainSeals {
  private readonly authenticators: SecretBox;

  constructor(private readonly secretBox: SecretBox) {
    this.authenticators = secretBox.derive('audit events');
  }

  /**
   * For an event: covers its account, its sequence, and its hash, which covers everything else and the earlier events.
   */
  authenticator(accountId: string, sequence: bigint, hash: Uint8Array): Hash {
    return new Uint8Array(this.authenticators.authenticate(eventIdentity(accountId, sequence, hash)));
  }

  /** @returns undefined if it was created with an unknown master key */
  private isAuthentic(
    accountId: string,
    sequence: bigint,
    hash: Uint8Array,
    authenticator: Uint8Array,
  ): boolean | undefined {
    return this.authenticators.isAuthentic(eventIdentity(accountId, sequence, hash), authenticator);
  }

  /**
   * Whether the event has the hash of its content and its predecessor, and the required authenticator.
   *
   * @param end of its chain; undefined if there is no sealed one
   */
  isGenuine(event: ChainedEvent, end: ChainEnd | undefined): boolean {
    const { accountId, sequence, hash, authenticator } = event;
    if (Buffer.compare(hash, chainHash(event.previousHash, event.hashed)) !== 0) return false;
    const isRequired = end !== undefined && sequence >= end.authenticatedFrom;
    if (authenticator === null) return !isRequired;
    return this.isAuthentic(accountId, sequence, hash, authenticator) ?? !isRequired;
  }

  sealEnd(accountId: string, end: ChainEnd): Hash {
    return new Uint8Array(this.secretBox.seal(encodeEnd(end), endOwner(accountId)));
  }

  /**
   * @returns undefined if the server did not create the seal for this account
   * @throws MasterKeyError if it names an unknown master key
   */
  openEnd(accountId: string, seal: Uint8Array): ChainEnd | undefined {
    const content = this.open(seal, endOwner(accountId));
    return content && decodeEnd(content);
  }

  /** Whether the end was sealed with the current master key. */
  isOfPresentKey(seal: Uint8Array): boolean {
    return this.secretBox.isOfPresentKey(seal);
  }

  sealCheckpoint(accountId: string, checkpoint: Checkpoint): Hash {
    return new Uint8Array(this.secretBox.seal(encodeCheckpoint(checkpoint), checkpointOwner(accountId)));
  }

  /** @throws MasterKeyError */
  isSealedCheckpoint(accountId: string, checkpoint: Checkpoint, seal: Uint8Array | null): boolean {
    const content = seal && this.open(seal, checkpointOwner(accountId));
    return content !== null && content?.equals(encodeCheckpoint(checkpoint)) === true;
  }

  private open(seal: Uint8Array, owner: readonly string[]): Buffer | undefined {
    try {
      return this.secretBox.open(seal, owner);
    } catch (error) {
      // A wrong master key is a mistake of the operator, not a broken log.
      if (error instanceof Error && error.name === 'MasterKeyError') throw error;
      return undefined;
    }
  }
}

/** Owners of the seals, for `SecretBox`. */
export const endOwner = (accountId: string): readonly string[] => ['audit-chain', accountId];
export const checkpointOwner = (accountId: string): readonly string[] => ['audit-checkpoint', accountId];

/**
 * The new content of a sealed end when the master key changes: the existing authenticators were created with the
 * previous key and cannot be verified forever, so the hashes protect those events, up to the hash that is sealed here.
 */
export function endUnderNewKey(content: Buffer): Buffer {
  const end = decodeEnd(content);
  if (!end) throw new Error('not the end of an audit chain');
  return encodeEnd({ ...end, authenticatedFrom: end.sequence + 1n });
}

function encodeEnd({ sequence, hash, authenticatedFrom, brokenAt }: ChainEnd): Buffer {
  return Buffer.concat([bytesOf(sequence), hash, bytesOf(authenticatedFrom), bytesOf(brokenAt)]);
}

function decodeEnd(content: Buffer): ChainEnd | undefined {
  if (content.length !== END_BYTES && content.length !== PLAIN_END_BYTES) return undefined;
  const sequence = content.readBigUInt64BE(0);
  const hash = content.subarray(8, PLAIN_END_BYTES);
  if (content.length === PLAIN_END_BYTES) return { sequence, hash, authenticatedFrom: sequence + 1n, brokenAt: 0n };
  const authenticatedFrom = content.readBigUInt64BE(PLAIN_END_BYTES);
  return { sequence, hash, authenticatedFrom, brokenAt: content.readBigUInt64BE(PLAIN_END_BYTES + 8) };
}

function encodeCheckpoint({ sequence, hash }: Checkpoint): Buffer {
  return Buffer.concat([bytesOf(sequence), hash]);
}

function eventIdentity(accountId: string, sequence: bigint, hash: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(accountId, 'ascii'), bytesOf(sequence), hash]);
}

function bytesOf(number: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(number);
  return bytes;
}
