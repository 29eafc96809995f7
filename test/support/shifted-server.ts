import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runDirectory } from './run-directory.js';
import { type RunningServer, startServer } from './server.js';

/** A URL: NODE_OPTIONS would split a path at its spaces. */
const preload = new URL('shifted-clock.mjs', import.meta.url).href;
const realNow = Date.now;

/** A server whose clock the test can move forward, together with the clock of the SDK's clients in the test. */
export interface ShiftedServer extends RunningServer {
  /** @param seconds ahead of the real time */
  setClock(seconds: number): void;
  /** Stands still until it is set again. @param at milliseconds since 1970 */
  stopClock(at: number): void;
}

export async function startShiftedServer(environment: Record<string, string> = {}): Promise<ShiftedServer> {
  const file = join(runDirectory(), `clock-${process.pid}-${realNow()}`);
  writeFileSync(file, '0');
  const server = await startServer({
    environment: { ...environment, NODE_OPTIONS: `--import=${preload}`, CLOCK_FILE: file },
  });
  return {
    ...server,
    setClock(seconds) {
      writeFileSync(file, String(seconds * 1000));
      // The SDK uses `Date.now` for the time of a signature and for expiry.
      Date.now = () => realNow() + seconds * 1000;
    },
    stopClock(at) {
      writeFileSync(file, `=${at}`);
      Date.now = () => at;
    },
    async stop() {
      Date.now = realNow;
      return server.stop();
    },
  };
}
