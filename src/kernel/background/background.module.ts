import { Module } from '@nestjs/common';
import { Background } from './background.service.js';

@Module({ providers: [Background], exports: [Background] })
export class BackgroundModule {}
