/**
 * Preloaded into a server's process (`node --import`): while the file `LATE_LOOP_FILE` exists, its event loop runs only
 * every 1.2 seconds.
 */
import { existsSync } from 'node:fs';

const MILLISECONDS = 1_200;
const nothing = new Int32Array(new SharedArrayBuffer(4));

setInterval(() => {
  if (existsSync(process.env.LATE_LOOP_FILE)) Atomics.wait(nothing, 0, 0, MILLISECONDS);
}, 10).unref();
