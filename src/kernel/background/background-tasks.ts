import { Logger } from '@nestjs/common';

/** Tasks that are requested by name, such as the report of an account: one at a time for each name, until the server stops. */
export class BackgroundTasks {
  private readonly logger: Logger;
  private readonly stopping = new AbortController();
  private readonly running = new Map<string, Promise<void>>();

  /**
   * @param name context of its log lines
   * @param failure logged with the error of a task that fails
   */
  constructor(
    name: string,
    private readonly failure: string,
  ) {
    this.logger = new Logger(name);
  }

  /**
   * Begins the task, unless it is already running or the server is stopping. Does not wait for it.
   *
   * @param run is given a signal that is aborted when the server stops
   */
  start(key: string, run: (signal: AbortSignal) => Promise<void>): void {
    const { signal } = this.stopping;
    if (signal.aborted || this.running.has(key)) return;
    const task = run(signal)
      .catch((error: unknown) => this.logger.error({ err: error, key }, this.failure))
      .finally(() => this.running.delete(key));
    this.running.set(key, task);
  }

  /** Resolves when no task is running any more. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.running.values());
  }
}
