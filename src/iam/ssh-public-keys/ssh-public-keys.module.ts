import { Module } from '@nestjs/common';
import { SshPublicKeysController } from './ssh-public-keys.controller.js';
import { SshPublicKeysService } from './ssh-public-keys.service.js';

@Module({ controllers: [SshPublicKeysController], providers: [SshPublicKeysService] })
export class SshPublicKeysModule {}
