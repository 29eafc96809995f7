import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.service.js';
import { attemptFrom } from './throttle-rules.js';
import { Throttle, throttled } from './throttle.service.js';

/** Wrong tokens of mailed links. They cannot be guessed; the limit is for the work that they cause. */
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
