import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.service.js';
import { attemptFrom } from './throttle-rules.js';
import { Throttle, throttled } from './throttle.service.js';

/** Tokens of mailed links that are not right. They cannot be guessed; what is bounded is the work that they make. */
@Injectable()
export class WrongTokens {
  constructor(
    private readonly throttle: Throttle,
    private readonly database: Database,
  ) {}

  /** @throws ApiError Throttling */
  async count({ sourceIp, receivedAt }: { readonly sourceIp: string; readonly receivedAt: Date }): Promise<void> {
    const attempt = attemptFrom(sourceIp, 'emailToken');
    const wait = await this.database.forPlatform((tx) => this.throttle.settle(tx, attempt, false, receivedAt));
    if (wait > 0) throw throttled(wait, attempt);
  }
}
