import type { Server } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { type ManagementAccount, ManagementAccountService } from './tenancy/accounts/management-account.service.js';
import type { Settings } from './kernel/config/settings.js';
import { createApp } from './create-app.js';

/** Milliseconds that requests under way may take when the server stops. Orchestrators kill after 30 seconds. */
const LONGEST_GOODBYE = 10_000;

/**
 * Starts a server in this process. When it cannot listen, nothing of it is left.
 *
 * @param whenStoppable is given what stops it, as soon as there is something to stop: what is under way is answered, if
 *   it ends in time, and everything is closed
 */
export async function serve(
  settings: Settings,
  whenStoppable: (stop: () => Promise<void>) => void,
): Promise<ManagementAccount> {
  const app: INestApplication<Server> = await createApp(settings);
  whenStoppable(() => stop(app));
  try {
    const management = await app.get(ManagementAccountService).ensure();
    await app.listen(settings.port, settings.host);
    return management;
  } catch (error) {
    await app.close();
    throw error;
  }
}

async function stop(app: INestApplication<Server>): Promise<void> {
  // A client that does not read on must not keep the server from stopping.
  setTimeout(() => app.getHttpServer().closeAllConnections(), LONGEST_GOODBYE).unref();
  await app.close();
}
