import { Module } from '@nestjs/common';
import { Throttle } from './throttle.service.js';

@Module({ providers: [Throttle], exports: [Throttle] })
export class ThrottlingModule {}
