import type { Server } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { type ManagementAccount, ManagementAccountService } from './tenancy/accounts/management-account.service.js';
import type { Settings } from './kernel/config/settings.js';
import { createApp } from './create-app.js';

/** Milliseconds that requests in progress may take when the server stops. */
const LONGEST_GOODBYE = 10_000;

/** A server, or several processes that listen on one port. */
export interface Running {
  readonly management: ManagementAccount;
  /** Requests in progress are answered if they end in time, and everything is closed. */
  readonly stop: () => Promise<void>;
}

/** Starts a server in this process. If it cannot listen, everything is released. */
export async function serve(settings: Settings): Promise<Running> {
  const app: INestApplication<Server> = await createApp(settings);
  try {
    const management = await app.get(ManagementAccountService).ensure();
    await app.listen(settings.port, settings.host);
    return { management, stop: () => stop(app) };
  } catch (error) {
    await app.close();
    throw error;
  }
}

async function stop(app: INestApplication<Server>): Promise<void> {
  // A client that does not read its response must not prevent the server from stopping.
  setTimeout(() => app.getHttpServer().closeAllConnections(), LONGEST_GOODBYE).unref();
  await app.close();
}
