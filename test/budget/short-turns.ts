import type { WatchedServer } from '../support/loop-watch.js';

/** Milliseconds for which one request may hold the event loop. */
const BOUND = 50;
/** The garbage collector and the compiler interrupt too: something that is always slow is slow three times. */
const TRIES = 4;

/**
 * The current slowness of this machine: 1 if the reference loop takes as long as on the machine for which the limit was
 * chosen. Processors share caches and clock with other programs.
 */
function slowness(): number {
  const before = process.cpuUsage();
  let sum = 0;
  const texts = new Map<string, number>();
  for (let index = 0; index < 200_000; index += 1) {
    const key = `key-${index % 5_000}`;
    texts.set(key, (texts.get(key) ?? 0) + index);
    sum += key.length;
  }
  const { user } = process.cpuUsage(before);
  return Math.max(1, sum > 0 ? user / 1000 / REFERENCE_MILLISECONDS : 1);
}

const REFERENCE_MILLISECONDS = 20;

/**
 * Sends a request up to four times, and fails if the event loop was held longer than the limit each time.
 *
 * @param prepare runs before each request and is not measured
 * @returns the last response
 */
export async function expectShortTurns<Request, Answer>(
  server: WatchedServer,
  what: string,
  send: (request: Request) => Promise<Answer>,
  prepare?: () => Promise<Request>,
): Promise<Answer> {
  const measured: number[] = [];
  for (;;) {
    const request = (await prepare?.()) as Request;
    await server.longestTurn();
    const answer = await send(request);
    measured.push(await server.longestTurn());
    const shortest = Math.min(...measured);
    const bound = BOUND * slowness();
    if (shortest <= bound) return answer;
    if (measured.length < TRIES) continue;
    const turns = measured.map((turn) => turn.toFixed(0)).join(', ');
    throw new Error(`${what} held the event loop for ${turns} ms; ${bound.toFixed(0)} are allowed`);
  }
}
