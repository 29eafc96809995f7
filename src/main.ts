import 'reflect-metadata';
import cluster from 'node:cluster';
import { banner } from './banner.js';
import { tuneGarbageCollection } from './garbage-collection.js';
import { freePort } from './kernel/config/free-port.js';
import { Settings } from './kernel/config/settings.js';
import { explainStartFailure } from './kernel/config/start-failure.js';
import { createLogger } from './doors/http/logger.js';
import { type Running, serve } from './serve.js';
import { stopSignal } from './stop-signal.js';
import { startTracing } from './kernel/tracing/open-telemetry.js';
import { tellPrimary } from './ops/worker-processes/messages.js';
import { Primary } from './ops/worker-processes/primary.js';

tuneGarbageCollection();
const asked = stopSignal();
try {
  const port = process.env['PORT'] === '0' ? String(await freePort()) : process.env['PORT'];
  const settings = Settings.fromEnvironment({ ...process.env, PORT: port });
  const server = settings.workers > 1 && cluster.isPrimary ? await startWorkers(settings) : await startServer(settings);
  if (cluster.isWorker) tellPrimary({ ready: server.management });
  else process.stdout.write(banner(settings.publicUrl, server.management));
  await asked;
  await server.stop();
  process.exit(0);
} catch (error) {
  process.stderr.write(`${explainStartFailure(error)}\n`);
  process.exitCode = 1;
}

async function startServer(settings: Settings): Promise<Running> {
  const stopTracing = await startTracing();
  const { management, stop } = await serve(settings);
  return { management, stop: () => stop().finally(stopTracing) };
}

async function startWorkers(settings: Settings): Promise<Running> {
  const primary = new Primary(settings, createLogger(settings));
  return { management: await primary.start(), stop: () => primary.stop() };
}
