import { Injectable } from '@nestjs/common';

/**
 * The present time. Everything that compares or stores it asks this provider, so that a test can replace it; durations are measured
 * with `performance.now()`. Code that has the facts of a request uses their `receivedAt`.
 */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }
}
