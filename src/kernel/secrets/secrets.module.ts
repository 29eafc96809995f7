import { Logger, Module } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { loadMasterKey } from './master-key.js';
import { PasswordHasher } from './password-hasher.js';
import { SecretBox } from './secret-box.js';

@Module({
  providers: [
    PasswordHasher,
    {
      provide: SecretBox,
      inject: [Settings],
      useFactory: (settings: Settings): SecretBox => {
        const { key, warning } = loadMasterKey(settings);
        if (warning) new Logger('Secrets').warn(warning);
        return new SecretBox(key, settings.previousMasterKeys);
      },
    },
  ],
  exports: [PasswordHasher, SecretBox],
})
export class SecretsModule {}
