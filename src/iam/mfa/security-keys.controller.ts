import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import type { Identity } from '../../generated/prisma/client.js';
import { locateUserOrCaller } from '../resources/identity.target.js';
import { enablingDevices } from './enabling-devices.js';
import {
  beginRegistrationInput,
  beginRegistrationOutput,
  importU2fKeyInput,
  registerSecurityKeyInput,
  securityKeyOutput,
} from './security-keys.schema.js';
import { registeredBy, SecurityKeysService } from './security-keys.service.js';

type Context = OperationContext<Identity | undefined>;

/**
 * Security keys are registered in a browser; AWS's console does this, and AWS's API has no operations for it. After the
 * registration they are listed, read, tagged and deactivated like all other devices.
 */
@Controller()
export class SecurityKeysController {
  constructor(private readonly keys: SecurityKeysService) {}

  @Operation({
    name: 'gatehouse:BeginSecurityKeyRegistration',
    summary: 'Start registering a security key or passkey',
    description:
      'Returns options for navigator.credentials.create in the browser. Without a user name, registers ' +
      'for the caller. The challenge is valid once, for five minutes. Also requires ' +
      'iam:EnableMFADevice.',
    route: 'POST /v1/security-keys/registration-options',
    accessLevel: 'Write',
    changesCredentials: true,
    stepUp: 'ownIdentity',
    input: beginRegistrationInput,
    output: beginRegistrationOutput,
    locate: locateUserOrCaller,
    alsoRequires: enablingDevices,
    errors: ['NoSuchEntity', 'LimitExceeded'],
    effect: 'changes',
  })
  beginSecurityKeyRegistration(_input: z.output<typeof beginRegistrationInput>, context: Context) {
    return this.keys.begin(context);
  }

  @Operation({
    name: 'gatehouse:RegisterSecurityKey',
    summary: 'Register a security key or passkey',
    description:
      'Requires the response of the browser. A key that its owner registers in a sign-in session can ' +
      'be used to sign in without a password; any other key is a second factor only. Ends the other ' +
      'sessions of the user. Also requires iam:EnableMFADevice.',
    route: 'POST /v1/security-keys',
    status: 201,
    accessLevel: 'Write',
    changesCredentials: true,
    stepUp: 'ownIdentity',
    input: registerSecurityKeyInput,
    output: securityKeyOutput,
    locate: locateUserOrCaller,
    alsoRequires: enablingDevices,
    errors: ['NoSuchEntity', 'InvalidInput', 'EntityAlreadyExists', 'LimitExceeded'],
  })
  registerSecurityKey(input: z.output<typeof registerSecurityKeyInput>, context: Context) {
    return this.keys.register(context, input, registeredBy(context));
  }

  @Operation({
    name: 'gatehouse:ImportU2fKey',
    summary: 'Import a U2F key that was registered with another application',
    description:
      'The key is a second factor only. Sign-in uses it through the appid extension, so the ' +
      'application ID must permit the sign-in page. Ends the other sessions of the user. Also requires ' +
      'iam:EnableMFADevice.',
    route: 'POST /v1/security-keys/u2f',
    status: 201,
    accessLevel: 'Write',
    changesCredentials: true,
    stepUp: 'ownIdentity',
    input: importU2fKeyInput,
    output: securityKeyOutput,
    locate: locateUserOrCaller,
    alsoRequires: enablingDevices,
    errors: ['NoSuchEntity', 'InvalidInput', 'EntityAlreadyExists', 'LimitExceeded'],
  })
  importU2fKey(input: z.output<typeof importU2fKeyInput>, context: Context) {
    return this.keys.importU2f(context, input);
  }
}
