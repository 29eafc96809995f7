import { Module } from '@nestjs/common';
import { NewPasswords } from './new-passwords.service.js';
import { PasswordPoliciesService } from './password-policies.service.js';
import { PasswordPolicyController } from './password-policy.controller.js';

@Module({
  controllers: [PasswordPolicyController],
  providers: [PasswordPoliciesService, NewPasswords],
  exports: [PasswordPoliciesService, NewPasswords],
})
export class PasswordPolicyModule {}
