import { Controller } from '@nestjs/common';
import { toBuffer } from 'qrcode';
import type { z } from 'zod';
import type { CredentialContext } from '../operations/declaration.js';
import { CredentialOperation } from '../operations/operation.decorator.js';
import {
  beginEnrolmentInput,
  enrolSecurityKeyInput,
  enrolVirtualDeviceInput,
  securityKeyEnrolmentOutput,
  virtualDeviceEnrolmentOutput,
} from './mfa-enrolment.schema.js';
import { MfaEnrolment } from './mfa-enrolment.service.js';
import { SessionCookies } from './session-cookies.service.js';
import { signInOutput } from './sign-in.schema.js';

type Context = CredentialContext<'mfaEnrolmentToken'>;

const byToken = { credential: 'mfaEnrolmentToken', throttle: ['step'] } as const;

/** The step `mfaEnrolmentRequired` of a sign-in: docs/sign-in.md. */
@Controller()
export class MfaEnrolmentController {
  constructor(
    private readonly enrolment: MfaEnrolment,
    private readonly cookies: SessionCookies,
  ) {}

  @CredentialOperation({
    name: 'gatehouse:BeginVirtualDeviceEnrolment',
    summary: 'Start registering a virtual MFA device during sign-in',
    description: 'Requires the challenge token of mfaEnrolmentRequired. A second call replaces the secret.',
    route: 'POST /v1/sign-in/mfa-enrolment/virtual-device',
    input: beginEnrolmentInput,
    output: virtualDeviceEnrolmentOutput,
    errors: ['SignInFailed', 'Throttling'],
    ...byToken,
    effect: 'continues',
  })
  async beginVirtualDevice(_input: z.output<typeof beginEnrolmentInput>, context: Context) {
    const shown = await this.enrolment.beginVirtualDevice(context);
    const qrCode = await toBuffer(shown.otpauthUri, { type: 'png' });
    return { ...shown, qrCodePng: qrCode.toString('base64') };
  }

  @CredentialOperation({
    name: 'gatehouse:EnrolVirtualDevice',
    summary: 'Register a virtual MFA device and continue signing in',
    description: 'Requires two consecutive codes for the secret that was returned.',
    route: 'POST /v1/sign-in/mfa-enrolment/virtual-device/finish',
    input: enrolVirtualDeviceInput,
    output: signInOutput,
    errors: ['SignInFailed', 'InvalidAuthenticationCode', 'LimitExceeded', 'PasswordExpired', 'Throttling'],
    ...byToken,
    effect: 'changesDecisions',
  })
  async enrolVirtualDevice(input: z.output<typeof enrolVirtualDeviceInput>, context: Context) {
    const codes = [input.authenticationCode1, input.authenticationCode2] as const;
    return this.cookies.answer(context, await this.enrolment.enrolVirtualDevice(context, codes));
  }

  @CredentialOperation({
    name: 'gatehouse:BeginSecurityKeyEnrolment',
    summary: 'Start registering a security key or passkey during sign-in',
    description: 'Requires the challenge token of mfaEnrolmentRequired.',
    route: 'POST /v1/sign-in/mfa-enrolment/security-key',
    input: beginEnrolmentInput,
    output: securityKeyEnrolmentOutput,
    errors: ['SignInFailed', 'Throttling'],
    ...byToken,
    effect: 'continues',
  })
  beginSecurityKey(_input: z.output<typeof beginEnrolmentInput>, context: Context) {
    return this.enrolment.beginSecurityKey(context);
  }

  @CredentialOperation({
    name: 'gatehouse:EnrolSecurityKey',
    summary: 'Register a security key or passkey and continue signing in',
    description: 'Requires the response of the browser.',
    route: 'POST /v1/sign-in/mfa-enrolment/security-key/finish',
    input: enrolSecurityKeyInput,
    output: signInOutput,
    errors: ['SignInFailed', 'InvalidInput', 'EntityAlreadyExists', 'PasswordExpired', 'Throttling'],
    ...byToken,
    effect: 'changesDecisions',
  })
  async enrolSecurityKey({ securityKeyName, credential }: z.output<typeof enrolSecurityKeyInput>, context: Context) {
    return this.cookies.answer(
      context,
      await this.enrolment.enrolSecurityKey(context, { securityKeyName, credential }),
    );
  }
}
