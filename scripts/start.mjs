/**
 * `npm start`: prepares the checkout if necessary, then becomes the server. The package's script begins with `exec`, so
 * that npm's shell becomes this process and receives the signals that npm forwards (SIGTERM, SIGINT).
 */
import { constants } from 'node:os';
import { endCommands } from './lib/project.mjs';
import { prepareOrExit } from './prepare.mjs';

/** Milliseconds between checks whether npm is still running. */
const PARENT_CHECKED_EVERY = 500;

/** Not removed when the server takes over: a signal that arrives between two listeners would be lost. */
const stopPreparing = (signal) => {
  const serverListens = process.listenerCount(signal) > 1;
  if (serverListens) return;
  endCommands();
  process.exit(128 + constants.signals[signal]);
};

if (process.env.npm_lifecycle_event === 'start') stopWithParent();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stopPreparing);
await prepareOrExit();
await import('../dist/main.js');

/** If npm is killed or its terminal closes, it forwards nothing: its end then counts as SIGTERM. */
function stopWithParent() {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, PARENT_CHECKED_EVERY).unref();
}
