import { freePort } from './ports.js';
import { type RunningServer, type ServerOptions, startServer } from './server.js';

/** A server whose event loop is watched. */
export interface WatchedServer extends RunningServer {
  /** Milliseconds of processor time of the longest turn of its event loop since the last call. */
  longestTurn(): Promise<number>;
}

export async function startWatchedServer({ environment, ...options }: ServerOptions = {}): Promise<WatchedServer> {
  const port = String(await freePort());
  const preload = new URL('./loop-preload.mjs', import.meta.url).href;
  const server = await startServer({
    ...options,
    environment: { ...environment, NODE_OPTIONS: `--import=${preload}`, LOOP_WATCH_PORT: port },
  });
  return {
    ...server,
    async longestTurn() {
      const answer = (await (await fetch(`http://127.0.0.1:${port}`)).json()) as { milliseconds: number };
      return answer.milliseconds;
    },
  };
}
