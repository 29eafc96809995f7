import { Module } from '@nestjs/common';
import { AwsApiController } from './aws-api.controller.js';

@Module({ controllers: [AwsApiController] })
export class AwsApiModule {}
