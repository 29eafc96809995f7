const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Milliseconds from the signal to the end of the process, whatever still runs. Orchestrators kill after 30 seconds. */
const LONGEST_STOP = 25_000;

/**
 * Resolves when this process is asked to end: by Ctrl-C, SIGTERM, or the SIGHUP of a closed terminal. From then on it
 * ends within 25 seconds.
 *
 * Call it before anything is started, and stop only what has finished starting: a start that is cut in the middle can
 * leave a database server or a worker process behind.
 */
export function stopSignal(): Promise<void> {
  const asked = new Promise<void>((resolve) => {
    for (const signal of SIGNALS) process.on(signal, () => resolve());
  });
  void asked.then(() => setTimeout(() => process.exit(1), LONGEST_STOP).unref());
  return asked;
}
