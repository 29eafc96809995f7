import 'reflect-metadata';
import cluster from 'node:cluster';
import { banner } from './banner.js';
import { freePort } from './kernel/config/free-port.js';
import { Settings } from './kernel/config/settings.js';
import { explainStartFailure } from './kernel/config/start-failure.js';
import { createLogger } from './doors/http/logger.js';
import { serve } from './serve.js';
import { startTracing } from './kernel/tracing/open-telemetry.js';
import { tellPrimary } from './ops/worker-processes/messages.js';
import { Primary } from './ops/worker-processes/primary.js';

try {
  const port = process.env['PORT'] === '0' ? String(await freePort()) : process.env['PORT'];
  const settings = Settings.fromEnvironment({ ...process.env, PORT: port });
  if (settings.workers > 1 && cluster.isPrimary) await runWorkers(settings);
  else await runServer(settings);
} catch (error) {
  process.stderr.write(`${explainStartFailure(error)}\n`);
  process.exitCode = 1;
}

async function runServer(settings: Settings): Promise<void> {
  const stopTracing = await startTracing();
  const management = await serve(settings, (stop) => onStopSignal(() => stop().finally(stopTracing)));
  if (cluster.isWorker) tellPrimary({ ready: management });
  else process.stdout.write(banner(settings.publicUrl, management));
}

async function runWorkers(settings: Settings): Promise<void> {
  const primary = new Primary(settings, createLogger(settings));
  onStopSignal(() => primary.stop());
  process.stdout.write(banner(settings.publicUrl, await primary.start()));
}

/**
 * Ctrl-C, SIGTERM, and SIGHUP of a closed terminal: requests in progress are answered if they end in time, then the
 * database is stopped.
 */
function onStopSignal(stop: () => Promise<void>): void {
  let isStopping = false;
  const stopOnce = async () => {
    if (isStopping) return;
    isStopping = true;
    await stop();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stopOnce());
}
