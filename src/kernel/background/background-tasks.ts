import { Logger } from '@nestjs/common';

/** Work that is asked for by name, such as one account's report: once at a time for each name, until the server stops. */
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
   * Begins the task, unless it runs already or the server stops. Does not wait for it.
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

  /** Resolves when no task runs any more. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.running.values());
  }
}
