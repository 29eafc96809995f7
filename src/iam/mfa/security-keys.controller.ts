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
 * Security keys are registered in a browser, which AWS's API has no operations for; the console does it. Once
 * registered they are listed, read, tagged and deactivated like every other device.
 */
@Controller()
export class SecurityKeysController {
  constructor(private readonly keys: SecurityKeysService) {}

  @Operation({
    name: 'gatehouse:BeginSecurityKeyRegistration',
    summary: 'Begin to register a security key or passkey',
    description:
      'The options are for the browser’s navigator.credentials.create. Without a user name: for the caller. The challenge is good once, for five minutes. Also needs iam:EnableMFADevice.',
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
      'Takes what the browser answered. A key that its owner registers in a sign-in session can sign in alone; any other is a second factor only. Ends the other sessions of the user. Also needs iam:EnableMFADevice.',
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
    summary: 'Take over a U2F key that was registered with another program',
    description:
      'It is a second factor only. Sign-in uses it through the appid extension: the page must be one that the application id admits. Ends the other sessions of the user. Also needs iam:EnableMFADevice.',
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
