import { Module } from '@nestjs/common';
import { identityTags } from '../resources/identity-tags.js';
import { IdentitiesModule } from '../resources/identities.module.js';
import { PasswordPolicyModule } from '../password-policy/password-policy.module.js';
import { ChangePasswordController } from './change-password.controller.js';
import { LoginProfilesController } from './login-profiles.controller.js';
import { LoginProfilesService } from './login-profiles.service.js';
import { RootLoginProfileService } from './root-login-profile.service.js';
import { ThrottlingModule } from '../../kernel/throttling/throttling.module.js';
import { userName } from '../../kernel/iam-names.schema.js';
import { PoliciesModule } from '../policies/policies.module.js';
import { tagsController } from '../tags/tags.controller.js';
import { TagsModule } from '../tags/tags.module.js';
import { UnlockUserController } from './unlock-user.controller.js';
import { UsersController } from './users.controller.js';
import { UsersService } from './users.service.js';
import { MailModule } from '../../kernel/mail/mail.module.js';
import { ClockModule } from '../../kernel/clock/clock.module.js';

@Module({
  controllers: [
    UsersController,
    LoginProfilesController,
    ChangePasswordController,
    UnlockUserController,
    tagsController({
      title: 'User',
      member: 'userName',
      schema: userName,
      route: '/v1/users/:userName/tags',
      ...identityTags('user'),
    }),
  ],
  imports: [
    ClockModule,
    IdentitiesModule,
    MailModule,
    PasswordPolicyModule,
    PoliciesModule,
    TagsModule,
    ThrottlingModule,
  ],
  providers: [UsersService, LoginProfilesService, RootLoginProfileService],
  exports: [UsersService, LoginProfilesService],
})
export class UsersModule {}
