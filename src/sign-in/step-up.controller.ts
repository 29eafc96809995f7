import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../operations/declaration.js';
import { Operation } from '../operations/operation.decorator.js';
import { locateCaller } from '../iam/resources/identity.target.js';
import { mfaInput, stepUpInput, stepUpOutput } from './sign-in.schema.js';
import { StepUpService } from './step-up.service.js';

/** Proving password and MFA again, within a session: docs/sign-in.md. */
@Controller()
export class StepUpController {
  constructor(private readonly stepUps: StepUpService) {}

  @Operation({
    name: 'gatehouse:StepUp',
    summary: 'Prove the password again, for operations that require it',
    description:
      'For the session of the access token or the cookie. Where the principal has an MFA device, the status is mfaRequired, and MFA is proved with the challenge token of the answer.',
    route: 'POST /v1/session/step-up',
    accessLevel: 'Write',
    access: 'authenticated',
    input: stepUpInput,
    output: stepUpOutput,
    locate: locateCaller,
    errors: ['InvalidInput', 'Throttling'],
    effect: 'changes',
  })
  stepUp({ password }: z.output<typeof stepUpInput>, context: OperationContext) {
    return this.stepUps.provePassword(context, password);
  }

  @Operation({
    name: 'gatehouse:StepUpWithMfa',
    summary: 'Complete a step-up with an MFA code or a security key',
    description:
      'Takes the challenge token of the previous answer. After five wrong answers the step-up starts over with the password.',
    route: 'POST /v1/session/step-up/mfa',
    accessLevel: 'Write',
    access: 'authenticated',
    input: mfaInput,
    output: stepUpOutput,
    locate: locateCaller,
    errors: ['InvalidInput', 'SignInFailed', 'InvalidAuthenticationCode', 'Throttling'],
    effect: 'changes',
  })
  stepUpWithMfa({ challengeToken, ...answer }: z.output<typeof mfaInput>, context: OperationContext) {
    return this.stepUps.proveMfa(context, challengeToken, answer);
  }
}
