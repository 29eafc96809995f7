import { Logger } from '@nestjs/common';

export interface WorkOptions {
  /** Context of its log lines. */
  readonly name: string;
  /**
   * Does one piece of the work.
   *
   * @param signal aborted when the server stops
   * @returns true if there is another piece to do immediately
   */
  readonly run: (signal: AbortSignal) => Promise<boolean | void>;
  /** Logged with the error of a piece that fails. The work continues at its next run. */
  readonly failure: string;
  /** Default: `warn`. */
  readonly level?: 'warn' | 'error';
  /** Milliseconds for which a piece may delay the end of the server. Absent: until it is done. */
  readonly longestGoodbye?: number;
  /** There is one more run before the server ends, which writes what was collected. */
  readonly runsAtStop?: boolean;
}

/** Work that no request waits for: one run at a time, whenever it is due, until the server stops. */
export class BackgroundWork {
  private readonly logger: Logger;
  private readonly stopping = new AbortController();
  private interval: NodeJS.Timeout | undefined;
  private delay: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private isDue = false;

  constructor(private readonly options: WorkOptions) {
    this.logger = new Logger(options.name);
  }

  /** @param interval milliseconds from one run to the next */
  repeat(interval: number): void {
    if (!this.isStopping) this.interval ??= setInterval(() => this.wake(), interval).unref();
  }

  /** Due now: it runs immediately, or again when the current run has ended. */
  wake(): void {
    if (!this.isStopping) this.begin();
  }

  /** Due within this number of milliseconds, however often it is called. */
  wakeWithin(delay: number): void {
    if (!this.isStopping) this.delay ??= setTimeout(() => this.wake(), delay).unref();
  }

  /** Resolves when it is no longer running, or when `longestGoodbye` has passed. */
  async stop(): Promise<void> {
    this.stopping.abort();
    clearInterval(this.interval);
    if (this.options.runsAtStop) this.begin();
    clearTimeout(this.delay);
    if (this.running) await within(this.options.longestGoodbye, this.running);
  }

  private get isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  private begin(): void {
    clearTimeout(this.delay);
    this.delay = undefined;
    this.isDue = true;
    this.running ??= this.runWhileDue();
  }

  private async runWhileDue(): Promise<void> {
    const { run, failure, level = 'warn', runsAtStop = false } = this.options;
    while (this.isDue && (runsAtStop || !this.isStopping)) {
      this.isDue = false;
      try {
        if (await run(this.stopping.signal)) this.isDue = true;
      } catch (error) {
        this.logger[level]({ err: error }, failure);
      }
    }
    // Not in a callback of the promise: a `wake` in between would find a run that does not check again.
    this.running = undefined;
  }
}

async function within(milliseconds: number | undefined, work: Promise<void>): Promise<void> {
  if (milliseconds === undefined) return work;
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)));
  await Promise.race([work, end]);
  clearTimeout(timer);
}
