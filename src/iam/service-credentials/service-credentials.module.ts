import { Module } from '@nestjs/common';
import { ServiceCredentialsController } from './service-credentials.controller.js';
import { ServiceCredentialsService } from './service-credentials.service.js';

@Module({ controllers: [ServiceCredentialsController], providers: [ServiceCredentialsService] })
export class ServiceCredentialsModule {}
