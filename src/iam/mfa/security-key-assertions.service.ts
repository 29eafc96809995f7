import { Injectable, Logger } from '@nestjs/common';
import {
  generateAuthenticationOptions,
  type PublicKeyCredentialRequestOptionsJSON,
  verifyAuthenticationResponse,
} from '@simplewebauthn/server';
import { Settings } from '../../kernel/config/settings.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import type { SecurityKey } from '../../generated/prisma/client.js';
import { relyingParty } from './relying-party.js';
import type { AuthenticationResponse } from './security-keys.schema.js';
import { parseUserHandle, userHandle } from './user-handle.js';

/** Milliseconds that the browser waits for the user. */
const TIMEOUT = 2 * 60 * 1000;

/** The result of a security key's response. */
export type Assertion =
  | {
      /** By PIN or fingerprint: the key alone then counts as two factors. */
      readonly userVerified: boolean;
      /** The key may be used without a password: see `SecurityKeysService.register`. */
      readonly signsInAlone: boolean;
    }
  | {
      /** For the audit log; the client does not receive it. */
      readonly refusal: string;
    };

/** The key does not belong to the principal, or its signature is wrong. */
const WRONG = { refusal: 'Wrong security key' };
/** W3C Web Authentication Level 3, §6.1.1: a counter that does not rise. */
const COPIED = { refusal: 'The counter of the security key did not increase: the key may have been cloned' };

/**
 * Sign-in with security keys. The caller of `options` stores the challenge, returns it once, and passes it back with
 * the response.
 */
@Injectable()
export class SecurityKeyAssertions {
  private readonly logger = new Logger(SecurityKeyAssertions.name);

  constructor(private readonly settings: Settings) {}

  /** @returns undefined if the principal has no security key */
  async options(
    tx: Transaction,
    accountId: string,
    principalId: string,
  ): Promise<PublicKeyCredentialRequestOptionsJSON | undefined> {
    const keys = await tx.securityKey.findMany({ where: { accountId, device: { principalId } } });
    if (keys.length === 0) return undefined;
    const appid = keys.find(({ u2fAppId }) => u2fAppId !== null)?.u2fAppId;
    return generateAuthenticationOptions({
      rpID: relyingParty(this.settings).id,
      allowCredentials: keys.map(({ credentialId: id, transports }) => ({ id, transports })),
      timeout: TIMEOUT,
      userVerification: this.settings.userVerification,
      ...(appid ? { extensions: { appid } } : {}),
    });
  }

  /** For a passkey: the key identifies its owner. */
  passkeyOptions(): Promise<PublicKeyCredentialRequestOptionsJSON> {
    const { id: rpID } = relyingParty(this.settings);
    return generateAuthenticationOptions({ rpID, timeout: TIMEOUT, userVerification: 'required' });
  }

  /** The owner that the passkey claims; valid only after `verify`. */
  claimedBy({ response }: AuthenticationResponse): { accountId: string; principalId: string } | undefined {
    return response.userHandle === undefined ? undefined : parseUserHandle(response.userHandle);
  }

  /** @param challenge from the options that were returned */
  async verify(
    tx: Transaction,
    accountId: string,
    principalId: string,
    response: AuthenticationResponse,
    challenge: string,
  ): Promise<Assertion> {
    const where = { accountId, credentialId: response.id, device: { principalId } };
    const key = await tx.securityKey.findFirst({ where });
    const { userHandle: handle } = response.response;
    const isOwn = handle === undefined || handle === userHandle(accountId, principalId).toString('base64url');
    if (!key || !isOwn) return WRONG;
    const proved = await this.prove(key, response, challenge);
    if (!proved) return WRONG;
    // INVARIANT: a counter only rises; of two replicas with the same response only one changes the row.
    const { count } = await tx.securityKey.updateMany({
      where: {
        accountId,
        deviceId: key.deviceId,
        ...(proved.newCounter > 0 ? { signCount: { lt: proved.newCounter } } : { signCount: 0 }),
      },
      data: { signCount: proved.newCounter },
    });
    if (count !== 1) return COPIED;
    return { userVerified: proved.userVerified, signsInAlone: key.signsInAlone && key.u2fAppId === null };
  }

  private async prove(key: SecurityKey, response: AuthenticationResponse, challenge: string) {
    const { id, origins } = relyingParty(this.settings);
    const { clientDataJSON, authenticatorData, signature, userHandle } = response.response;
    try {
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response: {
          id: response.id,
          rawId: response.id,
          type: response.type,
          clientExtensionResults: {},
          response: {
            clientDataJSON,
            authenticatorData,
            signature,
            ...(userHandle === undefined ? {} : { userHandle }),
          },
        },
        expectedChallenge: challenge,
        expectedOrigin: [...origins],
        // With the appid extension, the key signs for the application ID (WebAuthn Level 2, §10.1).
        expectedRPID: key.u2fAppId === null ? id : key.u2fAppId,
        requireUserVerification: this.settings.userVerification === 'required' && key.u2fAppId === null,
        credential: {
          id: key.credentialId,
          publicKey: new Uint8Array(key.publicKey),
          // The row decides about the counter: see `verify`.
          counter: 0,
          transports: key.transports,
        },
      });
      return verified ? authenticationInfo : undefined;
    } catch (error) {
      this.logger.warn({ accountId: key.accountId, reason: (error as Error).message }, 'security key refused');
      return undefined;
    }
  }
}
