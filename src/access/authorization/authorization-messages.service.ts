import { Injectable } from '@nestjs/common';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { ApiError } from '../../kernel/errors/errors.js';
import type { Decision } from 'gatehouse-policy-engine';
import { SecretBox } from '../../kernel/secrets/secret-box.js';
import type { Question } from './question.js';
import type { Caller } from '../actions/caller.js';

/** The maximum length for `sts:DecodeAuthorizationMessage`. Source: AWS STS API reference. */
export const MAXIMUM_ENCODED_CHARACTERS = 10_240;

/** Bytes such that the base64 of the sealed message stays below the maximum. */
const MAXIMUM_SEALED_BYTES = 7_500;

/** Messages are created here and are never longer than this, but the limit is enforced anyway. */
const MAXIMUM_OPEN_BYTES = 1_000_000;

/** The part of a question that is about a resource, which may belong to another account. */
const RESOURCE_KEY = /^(?:aws:resource|iam:resourcetag\/)/;

/** The content of a message. */
export interface DeniedDecision {
  readonly verdict: 'explicitDeny' | 'implicitDeny';
  readonly statements: Decision['statements'];
  /** The text of the access denied error. */
  readonly reason: string;
}

/**
 * The complete reason of a denial, for those whom the account permits to read it. The error itself tells the caller
 * little, because policies and request context may be confidential; this message contains the rest, encrypted
 * (docs/decisions/0024-encoded-authorization-messages.md).
 *
 * Source of the format: AWS STS API reference and AWS CLI reference, DecodeAuthorizationMessage.
 */
@Injectable()
export class AuthorizationMessages {
  private readonly box: SecretBox;

  constructor(secrets: SecretBox) {
    this.box = secrets.derive('authorization messages');
  }

  /** @returns base64url, at most 10,240 characters; can be decoded only by the caller's account */
  encode(caller: Caller, question: Question, denied: DeniedDecision): string {
    const isOwn = question.resourceAccountId === caller.accountId;
    const conditions = conditionsOf(question, isOwn);
    let compressed = compress(messageOf(caller, question, denied, conditions, isOwn));
    // Omits the longest values until the message fits.
    conditions.sort((left, right) => lengthOf(left) - lengthOf(right));
    while (compressed.length > MAXIMUM_SEALED_BYTES && conditions.length > 0) {
      conditions.length = Math.floor(conditions.length / 2);
      compressed = compress(messageOf(caller, question, denied, conditions, isOwn));
    }
    return this.box.seal(compressed, [caller.accountId]).toString('base64url');
  }

  /**
   * @param accountId of the caller
   * @returns JSON
   * @throws ApiError InvalidAuthorizationMessageException if the text is not a message, or belongs to another account
   */
  decode(accountId: string, text: string): string {
    try {
      const compressed = this.box.open(Buffer.from(text, 'base64url'), [accountId]);
      return inflateRawSync(compressed, { maxOutputLength: MAXIMUM_OPEN_BYTES }).toString();
    } catch {
      throw new ApiError('InvalidAuthorizationMessageException', 'The encoded authorization message is not valid.');
    }
  }
}

type Conditions = { key: string; values: { items: { value: string }[] } }[];

function conditionsOf({ context }: Question, isOwn: boolean): Conditions {
  return [...context]
    .filter(([key]) => isOwn || !RESOURCE_KEY.test(key))
    .map(([key, value]) => ({ key, values: { items: [value].flat().map((item) => ({ value: item })) } }));
}

function lengthOf(condition: Conditions[number]): number {
  return JSON.stringify(condition).length;
}

function messageOf(
  { principalId, arn }: Caller,
  { action, resource }: Question,
  { verdict, statements, reason }: DeniedDecision,
  conditions: Conditions,
  isOwn: boolean,
): object {
  // The policy of another account's resource is confidential to that account.
  const shown = statements.filter(({ layer }) => isOwn || (layer !== 'resource' && layer !== 'trust'));
  return {
    allowed: false,
    explicitDeny: verdict === 'explicitDeny',
    reason,
    matchedStatements: {
      items: shown.map(({ policy, sid, index }) => ({
        statementId: sid ?? '',
        effect: 'DENY',
        policy: policy.id,
        policyType: policy.type,
        index,
      })),
    },
    failures: { items: [] },
    context: {
      principal: { id: principalId, arn },
      action,
      resource,
      conditions: { items: [...conditions].sort((left, right) => (left.key < right.key ? -1 : 1)) },
    },
  };
}

function compress(message: object): Buffer {
  return deflateRawSync(JSON.stringify(message));
}
