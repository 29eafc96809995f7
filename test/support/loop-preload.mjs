/**
 * Preloaded into a server's process (`node --import`): measures the processor time of the main thread between two ticks
 * of a timer, which is the time of one turn of the event loop. Unlike wall-clock time, processor time does not grow
 * when the machine is busy.
 *
 * It responds on the port `LOOP_WATCH_PORT` with the longest turn since the last request, as JSON: `{"milliseconds":
 * 12.5}`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { isMainThread } from 'node:worker_threads';

const TICK_MILLISECONDS = 1;

if (isMainThread) watch(Number(process.env.LOOP_WATCH_PORT));

function watch(port) {
  let last = processorTime();
  let longest = 0;
  setInterval(() => {
    const now = processorTime();
    longest = Math.max(longest, now - last);
    last = now;
  }, TICK_MILLISECONDS).unref();
  const server = createServer((_request, response) => {
    response.setHeader('connection', 'close');
    response.end(JSON.stringify({ milliseconds: longest }));
    longest = 0;
    last = processorTime();
  });
  server.listen(port, '127.0.0.1').unref();
}

/**
 * Milliseconds of the main thread: the first number of `schedstat` is nanoseconds on a processor (Linux, proc(5)). On
 * other systems, of all threads.
 */
function processorTime() {
  const file = `/proc/self/task/${process.pid}/schedstat`;
  if (existsSync(file)) return Number(readFileSync(file, 'utf8').split(' ', 1)[0]) / 1e6;
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
