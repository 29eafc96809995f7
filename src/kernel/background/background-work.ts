import { Logger } from '@nestjs/common';

export interface WorkOptions {
  /** Context of its log lines. */
  readonly name: string;
  /**
   * Does one piece of the work.
   *
   * @param signal aborted when the server stops
   * @returns true when there is another piece to do at once
   */
  readonly run: (signal: AbortSignal) => Promise<boolean | void>;
  /** Logged with the error of a piece that fails. The work goes on at its next turn. */
  readonly failure: string;
  /** Default: `warn`. */
  readonly level?: 'warn' | 'error';
  /** Milliseconds for which a piece may delay the end of the server. Absent: until it is done. */
  readonly longestGoodbye?: number;
  /** The server does not end before one more run: what was collected must be written. */
  readonly runsAtStop?: boolean;
}

/** Work that is done besides requests: one run at a time, as often as it is due, until the server stops. */
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

  /** Due now: it runs at once, or again when the run under way has ended. */
  wake(): void {
    if (!this.isStopping) this.begin();
  }

  /** Due in at most so many milliseconds, however often it is asked for. */
  wakeWithin(delay: number): void {
    if (!this.isStopping) this.delay ??= setTimeout(() => this.wake(), delay).unref();
  }

  /** Resolves when nothing of it runs any more, or when it has had the time that it may take. */
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
    // Not in a callback of the promise: who wakes it in between would find a run that does not look again.
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
