import { Injectable } from '@nestjs/common';
import { BackgroundTasks } from './background-tasks.js';
import { BackgroundWork, type WorkOptions } from './background-work.js';

interface PeriodicOptions extends Omit<WorkOptions, 'runsAtStop'> {
  /** Milliseconds. */
  readonly interval: number;
  /** The first run is after the first interval instead of now. */
  readonly startsLater?: boolean;
}

/**
 * All work that no request waits for. Of each kind, one run is in progress at a time; an error is logged and ends the run, but
 * not the work; no timer keeps the process alive. When no request is in progress any more, `stop` ends all of it before the
 * database is closed (`DatabaseModule`).
 *
 * A process may end at any point of a run, and other replicas do the same work. A run therefore consists of transactions after
 * each of which the work can be resumed, and takes a lock or a lease in the database on what it processes.
 */
@Injectable()
export class Background {
  private readonly works: { stop(): Promise<void> }[] = [];

  /** Begins work that is repeated at an interval. It can also be woken in between. */
  periodic({ interval, startsLater = false, ...options }: PeriodicOptions): BackgroundWork {
    const work = this.keep(new BackgroundWork(options));
    work.repeat(interval);
    if (!startsLater) work.wake();
    return work;
  }

  /** Work that processes what was collected since its last run. It runs when it is woken, and once more when the server stops. */
  batched(options: Omit<WorkOptions, 'runsAtStop'>): BackgroundWork {
    return this.keep(new BackgroundWork({ ...options, runsAtStop: true }));
  }

  /** Tasks that are requested by name. */
  tasks(name: string, failure: string): BackgroundTasks {
    return this.keep(new BackgroundTasks(name, failure));
  }

  /** Resolves when all of it has ended. Nothing new begins. */
  async stop(): Promise<void> {
    await Promise.all(this.works.map((work) => work.stop()));
  }

  private keep<Work extends { stop(): Promise<void> }>(work: Work): Work {
    this.works.push(work);
    return work;
  }
}
