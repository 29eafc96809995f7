import { Module } from '@nestjs/common';
import { AccessKeysController } from './access-keys.controller.js';
import { AccessKeysService } from './access-keys.service.js';

@Module({ controllers: [AccessKeysController], providers: [AccessKeysService] })
export class AccessKeysModule {}
