import { Module } from '@nestjs/common';
import { FailureCounts } from './failure-counts.service.js';
import { Guesses } from './guesses.service.js';
import { SignInLocks } from './sign-in-locks.service.js';
import { Throttle } from './throttle.service.js';
import { WrongTokens } from './wrong-tokens.service.js';

@Module({
  providers: [Throttle, Guesses, FailureCounts, SignInLocks, WrongTokens],
  exports: [Throttle, Guesses, FailureCounts, SignInLocks, WrongTokens],
})
export class ThrottlingModule {}
