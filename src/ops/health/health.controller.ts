import { Controller, Get } from '@nestjs/common';
import { Public } from '../../access/actions/public.decorator.js';
import { Database } from '../../kernel/database/database.service.js';

@Public()
@Controller()
export class HealthController {
  constructor(private readonly database: Database) {}

  /** The process responds. */
  @Get('/healthz')
  health() {
    return { status: 'ok' };
  }

  /** The process can process requests: 503 while the database is unavailable. */
  @Get('/readyz')
  async readiness() {
    await this.database.ping();
    return { status: 'ok' };
  }
}
