/**
 * Work that comes up again and again, one piece at a time: at start, and after each interval, until nothing is due. Sweeps never
 * overlap. A sweep that fails is left to the next one.
 */
export class Sweeps {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private isStopping = false;

  /**
   * @param sweepOne does one piece; false when nothing is due
   * @param onFailure of a piece
   */
  constructor(
    private readonly sweepOne: () => Promise<boolean>,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  /** @param interval milliseconds */
  start(interval: number): void {
    const sweep = () => (this.running = this.running.then(() => this.sweep()));
    this.timer = setInterval(() => void sweep(), interval).unref();
    void sweep();
  }

  /** Resolves when the piece under way is done. */
  async stop(): Promise<void> {
    this.isStopping = true;
    clearInterval(this.timer);
    await this.running;
  }

  private async sweep(): Promise<void> {
    try {
      while (!this.isStopping && (await this.sweepOne())) continue;
    } catch (error) {
      this.onFailure(error);
    }
  }
}
