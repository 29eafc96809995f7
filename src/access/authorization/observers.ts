import { Injectable } from '@nestjs/common';
import type { ApiError } from '../../kernel/errors/errors.js';
import type { Verdict } from 'gatehouse-policy-engine';

/** Notified when work is done, to measure it. Must be fast and must not throw. */
export interface Observer {
  /**
   * @param level the access level of the operation, or `Public`
   * @param error the error of the response; absent after success
   */
  callEnded(operation: string, level: string, seconds: number, error?: ApiError): void;
  decided(verdict: Verdict, seconds: number): void;
}

/** Notifies observers of request processing; the callers do not know who listens. */
@Injectable()
export class Observers implements Observer {
  private readonly observers: Observer[] = [];

  add(observer: Observer): void {
    this.observers.push(observer);
  }

  callEnded(operation: string, level: string, seconds: number, error?: ApiError): void {
    for (const observer of this.observers) observer.callEnded(operation, level, seconds, error);
  }

  decided(verdict: Verdict, seconds: number): void {
    for (const observer of this.observers) observer.decided(verdict, seconds);
  }
}
