import type { Server } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { type ManagementAccount, ManagementAccountService } from './tenancy/accounts/management-account.service.js';
import type { Settings } from './kernel/config/settings.js';
import { createApp } from './create-app.js';

/** Milliseconds that requests in progress may take when the server stops. Orchestrators kill after 30 seconds. */
const LONGEST_GOODBYE = 10_000;

/**
 * Starts a server in this process. If it cannot listen, everything is released.
 *
 * @param whenStoppable gets the function that stops the server, as soon as there is something to stop: requests in
 *   progress are answered if they end in time, and everything is closed
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
  // A client that does not read its response must not prevent the server from stopping.
  setTimeout(() => app.getHttpServer().closeAllConnections(), LONGEST_GOODBYE).unref();
  await app.close();
}
