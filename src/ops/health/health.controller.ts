import { Controller, Get } from '@nestjs/common';
import { Public } from '../../access/actions/public.decorator.js';
import { Database } from '../../kernel/database/database.service.js';

@Public()
@Controller()
export class HealthController {
  constructor(private readonly database: Database) {}

  /** The process answers. */
  @Get('/healthz')
  health() {
    return { status: 'ok' };
  }

  /** The process can do its work: 503 while the database is away. */
  @Get('/readyz')
  async readiness() {
    await this.database.ping();
    return { status: 'ok' };
  }
}
