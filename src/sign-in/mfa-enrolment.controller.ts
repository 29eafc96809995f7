import { Controller } from '@nestjs/common';
import { toBuffer } from 'qrcode';
import type { z } from 'zod';
import { answerCookiesOf, sessionCookie } from '../access/authentication/session-cookie.js';
import type { RequestFacts } from '../access/actions/request-facts.js';
import { PublicOperation } from '../operations/operation.decorator.js';
import { Settings } from '../kernel/config/settings.js';
import {
  beginEnrolmentInput,
  enrolSecurityKeyInput,
  enrolVirtualDeviceInput,
  securityKeyEnrolmentOutput,
  virtualDeviceEnrolmentOutput,
} from './mfa-enrolment.schema.js';
import { MfaEnrolment } from './mfa-enrolment.service.js';
import { signInOutput } from './sign-in.schema.js';
import type { Progress } from './steps.service.js';

/** The step `mfaEnrolmentRequired` of a sign-in: docs/sign-in.md. */
@Controller()
export class MfaEnrolmentController {
  constructor(
    private readonly enrolment: MfaEnrolment,
    private readonly settings: Settings,
  ) {}

  @PublicOperation({
    name: 'gatehouse:BeginVirtualDeviceEnrolment',
    summary: 'Start registering a virtual MFA device during sign-in',
    description: 'Requires the challenge token of mfaEnrolmentRequired. A second call replaces the secret.',
    route: 'POST /v1/sign-in/mfa-enrolment/virtual-device',
    input: beginEnrolmentInput,
    output: virtualDeviceEnrolmentOutput,
    errors: ['SignInFailed', 'Throttling'],
  })
  async beginVirtualDevice({ challengeToken }: z.output<typeof beginEnrolmentInput>, request: RequestFacts) {
    const shown = await this.enrolment.beginVirtualDevice(challengeToken, request);
    const qrCode = await toBuffer(shown.otpauthUri, { type: 'png' });
    return { ...shown, qrCodePng: qrCode.toString('base64') };
  }

  @PublicOperation({
    name: 'gatehouse:EnrolVirtualDevice',
    summary: 'Register a virtual MFA device and continue signing in',
    description: 'Requires two consecutive codes for the secret that was returned.',
    route: 'POST /v1/sign-in/mfa-enrolment/virtual-device/finish',
    input: enrolVirtualDeviceInput,
    output: signInOutput,
    errors: ['SignInFailed', 'InvalidAuthenticationCode', 'LimitExceeded', 'PasswordExpired', 'Throttling'],
  })
  async enrolVirtualDevice(input: z.output<typeof enrolVirtualDeviceInput>, request: RequestFacts) {
    const codes = [input.authenticationCode1, input.authenticationCode2] as const;
    return this.answer(await this.enrolment.enrolVirtualDevice(input.challengeToken, codes, request), request);
  }

  @PublicOperation({
    name: 'gatehouse:BeginSecurityKeyEnrolment',
    summary: 'Start registering a security key or passkey during sign-in',
    description: 'Requires the challenge token of mfaEnrolmentRequired.',
    route: 'POST /v1/sign-in/mfa-enrolment/security-key',
    input: beginEnrolmentInput,
    output: securityKeyEnrolmentOutput,
    errors: ['SignInFailed', 'Throttling'],
  })
  beginSecurityKey({ challengeToken }: z.output<typeof beginEnrolmentInput>, request: RequestFacts) {
    return this.enrolment.beginSecurityKey(challengeToken, request);
  }

  @PublicOperation({
    name: 'gatehouse:EnrolSecurityKey',
    summary: 'Register a security key or passkey and continue signing in',
    description: 'Requires the response of the browser.',
    route: 'POST /v1/sign-in/mfa-enrolment/security-key/finish',
    input: enrolSecurityKeyInput,
    output: signInOutput,
    errors: ['SignInFailed', 'InvalidInput', 'EntityAlreadyExists', 'PasswordExpired', 'Throttling'],
  })
  async enrolSecurityKey(input: z.output<typeof enrolSecurityKeyInput>, request: RequestFacts) {
    return this.answer(await this.enrolment.enrolSecurityKey(input, request), request);
  }

  private answer(progress: Progress, request: RequestFacts): Progress {
    if ('cookie' in progress) answerCookiesOf(request).push(sessionCookie(this.settings, progress.cookie));
    return progress;
  }
}
