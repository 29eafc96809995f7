import { type DynamicModule, Global, Module } from '@nestjs/common';
import { configureQuotas } from '../quotas.js';
import { Settings } from './settings.js';

/** Provides the `Settings` instance to every module. */
@Global()
@Module({})
export class ConfigModule {
  static with(settings: Settings): DynamicModule {
    configureQuotas(settings.quotas);
    return { module: ConfigModule, providers: [{ provide: Settings, useValue: settings }], exports: [Settings] };
  }
}
