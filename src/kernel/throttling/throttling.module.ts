import { Module } from '@nestjs/common';
import { FailureCounts } from './failure-counts.service.js';
import { Guesses } from './guesses.service.js';
import { SignInLocks } from './sign-in-locks.service.js';
import { Throttle } from './throttle.service.js';
import { ThrottleSweep } from './throttle-sweep.service.js';
import { WrongTokens } from './wrong-tokens.service.js';
import { SecretsModule } from '../secrets/secrets.module.js';
import { ClockModule } from '../clock/clock.module.js';
import { BackgroundModule } from '../background/background.module.js';

@Module({
  imports: [BackgroundModule, ClockModule, SecretsModule],
  providers: [Throttle, ThrottleSweep, Guesses, FailureCounts, SignInLocks, WrongTokens],
  exports: [Throttle, Guesses, FailureCounts, SignInLocks, WrongTokens],
})
export class ThrottlingModule {}
