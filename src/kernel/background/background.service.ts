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
 * All work that is done besides requests. Of each kind one run goes on at a time; an error is logged and ends the run, not the
 * work; no timer keeps the process alive. When no request runs any more, `stop` ends all of it before the database is closed
 * (`DatabaseModule`).
 *
 * A process may end at any point of a run, and other replicas do the same work. A run is therefore made of transactions that
 * each leave the work resumable, and takes a lock or a lease in the database on what it works at.
 */
@Injectable()
export class Background {
  private readonly works: { stop(): Promise<void> }[] = [];

  /** Begins work that comes up again and again. It can also be woken in between. */
  periodic({ interval, startsLater = false, ...options }: PeriodicOptions): BackgroundWork {
    const work = this.keep(new BackgroundWork(options));
    work.repeat(interval);
    if (!startsLater) work.wake();
    return work;
  }

  /** Work on what was collected since the last run: it runs when it is woken, and once more when the server stops. */
  batched(options: Omit<WorkOptions, 'runsAtStop'>): BackgroundWork {
    return this.keep(new BackgroundWork({ ...options, runsAtStop: true }));
  }

  /** Work that is asked for by name. */
  tasks(name: string, failure: string): BackgroundTasks {
    return this.keep(new BackgroundTasks(name, failure));
  }

  /** Resolves when all of it has ended. Nothing begins any more. */
  async stop(): Promise<void> {
    await Promise.all(this.works.map((work) => work.stop()));
  }

  private keep<Work extends { stop(): Promise<void> }>(work: Work): Work {
    this.works.push(work);
    return work;
  }
}
