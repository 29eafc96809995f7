import { Module } from '@nestjs/common';
import { ServiceAccessKeysController } from './service-access-keys.controller.js';
import { ServiceAccessKeysService } from './service-access-keys.service.js';
import { ServicesController } from './services.controller.js';
import { ServicesService } from './services.service.js';

/** The platform's services: their register, and the keys that they sign with. */
@Module({
  controllers: [ServicesController, ServiceAccessKeysController],
  providers: [ServicesService, ServiceAccessKeysService],
})
export class ServicesModule {}
