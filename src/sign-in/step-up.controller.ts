import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../operations/declaration.js';
import { Operation } from '../operations/operation.decorator.js';
import { locateCaller } from '../iam/resources/identity.target.js';
import { mfaInput, stepUpInput, stepUpOutput } from './sign-in.schema.js';
import { StepUpService } from './step-up.service.js';

/** Proving password and MFA again in a session: docs/sign-in.md. */
@Controller()
export class StepUpController {
  constructor(private readonly stepUps: StepUpService) {}

  @Operation({
    name: 'gatehouse:StepUp',
    summary: 'Confirm the password for operations that require recent authentication',
    description:
      'Applies to the session of the access token or cookie. If the principal has an MFA device, the ' +
      'status is mfaRequired; complete the step-up with the challenge token of the response.',
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
      'Requires the challenge token of the previous response. After five wrong attempts the step-up ' +
      'starts over with the password.',
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
