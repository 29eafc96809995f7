import { Module } from '@nestjs/common';
import { FailureCounts } from './failure-counts.service.js';
import { SignInLocks } from './sign-in-locks.service.js';
import { Throttle } from './throttle.service.js';

@Module({ providers: [Throttle, FailureCounts, SignInLocks], exports: [Throttle, FailureCounts, SignInLocks] })
export class ThrottlingModule {}
