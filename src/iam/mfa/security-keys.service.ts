import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { quotas, requireBelowQuota } from '../../kernel/quotas.js';
import { Settings } from '../../kernel/config/settings.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import type { Identity, Prisma } from '../../generated/prisma/client.js';
import { endSessions } from '../resources/end-sessions.js';
import { ROOT_USER_NAME } from '../resources/identity.target.js';
import { Notifications } from '../../kernel/mail/notifications.service.js';
import { deviceArn } from './mfa-device.target.js';
import { relyingParty } from './relying-party.js';
import type { importU2fKeyInput, registerSecurityKeyInput } from './security-keys.schema.js';
import { coseOfU2fKey } from './u2f-key.js';
import { userHandle } from './user-handle.js';

/** The owner of the keys: the user `target`, or the root user if there is none. */
type Owner = Pick<OperationContext<Identity | undefined>, 'tx' | 'accountId' | 'partition' | 'target' | 'request'>;

/** The circumstances of a registration. */
interface Registration {
  /**
   * INVARIANT: only for a key that its owner registers right after proving the password and MFA: see `registeredBy` and
   * `MfaEnrolment`. Access keys, temporary credentials and other people do not prove this.
   */
  readonly signsInAlone: boolean;
  /** The session that continues; the owner's other sessions end. */
  readonly keptSessionId?: string | undefined;
}

/** Milliseconds within which a registration must be finished. */
const REGISTRATION_TIMEOUT = 5 * 60 * 1000;

/** FIDO2 and U2F security keys and passkeys of users and the root user. */
@Injectable()
export class SecurityKeysService {
  constructor(
    private readonly settings: Settings,
    private readonly notifications: Notifications,
  ) {}

  /** @throws ApiError LimitExceeded */
  async begin(owner: Owner) {
    const { tx, accountId, target, request } = owner;
    const principalId = principalIdOf(owner);
    await requireRoom(tx, accountId, principalId);
    const known = await tx.securityKey.findMany({ where: { accountId, device: { principalId } } });
    const { id: rpID, name: rpName } = relyingParty(this.settings);
    const options = await generateRegistrationOptions({
      rpID,
      rpName,
      userID: new Uint8Array(userHandle(accountId, principalId)),
      userName: `${target?.name ?? ROOT_USER_NAME}@${accountId}`,
      attestationType: 'direct',
      timeout: REGISTRATION_TIMEOUT,
      excludeCredentials: known.map(({ credentialId: id, transports }) => ({ id, transports })),
      authenticatorSelection: { residentKey: 'preferred', userVerification: this.settings.userVerification },
    });
    await tx.securityKeyRegistration.deleteMany({ where: { accountId, expiresAt: { lte: request.receivedAt } } });
    await tx.securityKeyRegistration.create({
      data: {
        accountId,
        challenge: options.challenge,
        principalId,
        expiresAt: new Date(request.receivedAt.getTime() + REGISTRATION_TIMEOUT),
      },
    });
    return { options: { ...options } };
  }

  /** @throws ApiError InvalidInput, EntityAlreadyExists, LimitExceeded */
  async register(
    owner: Owner,
    { securityKeyName, credential }: Pick<z.output<typeof registerSecurityKeyInput>, 'securityKeyName' | 'credential'>,
    registration: Registration,
  ) {
    const { accountId } = owner;
    const { credential: key, ...attested } = await this.verify(owner, credential as RegistrationResponseJSON);
    return this.keep(owner, securityKeyName, registration, {
      accountId,
      credentialId: key.id,
      publicKey: new Uint8Array(key.publicKey),
      signCount: key.counter,
      transports: key.transports ?? [],
      deviceType: attested.credentialDeviceType,
      aaguid: attested.aaguid,
      attestationFormat: attested.fmt,
      attestationObject: new Uint8Array(attested.attestationObject),
      signsInAlone: registration.signsInAlone,
    });
  }

  /** Imports a key that was registered with the U2F API of another application. @throws like `register` */
  async importU2f(context: OperationContext<Identity | undefined>, input: z.output<typeof importU2fKeyInput>) {
    await requireSameAppId(context, input.appId);
    const registration = { signsInAlone: false, keptSessionId: context.caller.session.sessionId };
    return this.keep(context, input.securityKeyName, registration, {
      accountId: context.accountId,
      credentialId: input.keyHandle,
      publicKey: coseOfU2fKey(Buffer.from(input.publicKey, 'base64url')),
      signCount: input.signCount,
      transports: [],
      deviceType: 'singleDevice',
      aaguid: '00000000-0000-0000-0000-000000000000',
      attestationFormat: 'none',
      u2fAppId: input.appId,
    });
  }

  private async verify(owner: Owner, response: RegistrationResponseJSON) {
    const { tx, accountId, request } = owner;
    const { id, origins } = relyingParty(this.settings);
    try {
      const { verified, registrationInfo } = await verifyRegistrationResponse({
        response: { ...response, rawId: response.id },
        expectedOrigin: [...origins],
        expectedRPID: id,
        requireUserVerification: this.settings.userVerification === 'required',
        // Deleting the challenge ensures that it is used only once.
        expectedChallenge: async (challenge) => {
          const { count } = await tx.securityKeyRegistration.deleteMany({
            where: { accountId, challenge, principalId: principalIdOf(owner), expiresAt: { gt: request.receivedAt } },
          });
          return count === 1;
        },
      });
      if (verified) return registrationInfo;
    } catch (error) {
      throw new ApiError('InvalidInput', `The security key was not registered: ${(error as Error).message}`);
    }
    throw new ApiError('InvalidInput', 'The security key was not registered: its attestation is not valid.');
  }

  private async keep(
    owner: Owner,
    name: string,
    { keptSessionId }: Registration,
    key: Omit<Prisma.SecurityKeyUncheckedCreateInput, 'deviceId'>,
  ): Promise<{ serialNumber: string }> {
    const { tx, accountId, partition, target, request } = owner;
    const principalId = principalIdOf(owner);
    await requireRoom(tx, accountId, principalId);
    if ((await tx.securityKey.count({ where: { accountId, credentialId: key.credentialId } })) > 0) {
      throw new ApiError('EntityAlreadyExists', 'The security key is already registered in this account.');
    }
    const path = target ? `user/${target.name}` : 'root-account';
    const deviceId = `u2f/${path}/${name}-${randomBytes(10).toString('hex').toUpperCase()}`;
    await tx.mfaDevice.create({
      data: { accountId, deviceId, kind: 'securityKey', principalId, enabledAt: request.receivedAt },
    });
    await tx.securityKey.create({ data: { ...key, deviceId } });
    await endSessions(tx, accountId, principalId, request.receivedAt, keptSessionId);
    const serialNumber = deviceArn(partition, accountId, deviceId);
    const notice = { kind: 'authenticatorAdded', serialNumber } as const;
    await this.notifications.notifyPrincipal(tx, { accountId, principalId }, notice, request);
    return { serialNumber };
  }
}

/** A ceremony requests one application ID (WebAuthn Level 2, §10.1), so a key with another could never sign in. */
async function requireSameAppId(owner: Owner, appId: string): Promise<void> {
  const device = { principalId: principalIdOf(owner) };
  const where = { accountId: owner.accountId, device, NOT: [{ u2fAppId: null }, { u2fAppId: appId }] };
  if ((await owner.tx.securityKey.count({ where })) > 0) {
    throw new ApiError('InvalidInput', 'All U2F keys of a user must have the same application ID.');
  }
}

async function requireRoom(tx: Transaction, accountId: string, principalId: string): Promise<void> {
  const existing = await tx.mfaDevice.count({ where: { accountId, principalId } });
  requireBelowQuota('MFADevicesPerUser', existing, quotas.mfaDevicesPerUser);
}

/** The circumstances under which a caller registers a key for `target`: see `Registration`. */
export function registeredBy({ caller, accountId, target }: OperationContext<Identity | undefined>): Registration {
  const { credential, sessionId } = caller.session;
  const isSignedIn = credential === 'accessToken' || credential === 'cookie';
  const isOwn = caller.principalId === principalIdOf({ accountId, target });
  return { signsInAlone: isSignedIn && isOwn, keptSessionId: sessionId };
}

function principalIdOf({ accountId, target }: Pick<Owner, 'accountId' | 'target'>): string {
  return target?.identityId ?? accountId;
}
