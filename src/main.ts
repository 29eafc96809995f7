import 'reflect-metadata';
import type { Server } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { ManagementAccountService } from './accounts/management-account.service.js';
import { banner } from './banner.js';
import { freePort } from './config/free-port.js';
import { Settings } from './config/settings.js';
import { explainStartFailure } from './config/start-failure.js';
import { createApp } from './http/create-app.js';

/** Milliseconds that requests under way may take when the server stops. Orchestrators kill after 30 seconds. */
const LONGEST_GOODBYE = 10_000;

try {
  const port = process.env['PORT'] === '0' ? String(await freePort()) : process.env['PORT'];
  const settings = Settings.fromEnvironment({ ...process.env, PORT: port });
  const app = await createApp(settings);
  stopOnSignals(app);
  try {
    const management = await app.get(ManagementAccountService).ensure();
    await app.listen(settings.port, settings.host);
    process.stdout.write(banner(settings.publicUrl, management));
  } catch (error) {
    await app.close();
    throw error;
  }
} catch (error) {
  process.stderr.write(`${explainStartFailure(error)}\n`);
  process.exitCode = 1;
}

/** Ctrl-C and SIGTERM: requests that are under way are answered, if they end in time, then the database is stopped. */
function stopOnSignals(app: INestApplication<Server>): void {
  let isStopping = false;
  const stop = async () => {
    if (isStopping) return;
    isStopping = true;
    // A client that does not read on must not keep the server from stopping.
    setTimeout(() => app.getHttpServer().closeAllConnections(), LONGEST_GOODBYE).unref();
    await app.close();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop());
}
