import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Background } from './background.service.js';

const failure = 'it was not done';

/** Work whose runs the test ends one by one. */
function heldWork() {
  const ends: (() => void)[] = [];
  let atOnce = 0;
  let most = 0;
  const run = async () => {
    most = Math.max(most, (atOnce += 1));
    await new Promise<void>((resolve) => ends.push(resolve));
    atOnce -= 1;
  };
  return { run, runs: () => ends.length, mostAtOnce: () => most, endRun: (index: number) => ends[index]!() };
}

describe('Background', () => {
  let background: Background;
  let logged: unknown[];

  beforeEach(() => {
    background = new Background();
    logged = [];
    const note = (...line: unknown[]) => void logged.push(line.slice(0, 2));
    Logger.overrideLogger({ log: () => undefined, warn: note, error: note });
  });
  afterEach(async () => {
    await background.stop();
    Logger.overrideLogger(['log', 'warn', 'error']);
  });

  describe('periodic work', () => {
    it('runs at once and after each interval', async () => {
      let runs = 0;
      background.periodic({ name: 'test', interval: 5, failure, run: () => Promise.resolve(void (runs += 1)) });
      expect(runs).toBe(1);
      await until(() => runs >= 3);
    });

    it('starts later when it is told to', async () => {
      let runs = 0;
      background.periodic({
        name: 'test',
        interval: 5,
        startsLater: true,
        failure,
        run: () => Promise.resolve(void (runs += 1)),
      });
      expect(runs).toBe(0);
      await until(() => runs >= 1);
    });

    it('goes on at once while there is more to do', async () => {
      let pieces = 3;
      background.periodic({ name: 'test', interval: 60_000, failure, run: () => Promise.resolve((pieces -= 1) > 0) });
      await until(() => pieces === 0);
    });

    it('never overlaps itself, and runs again when it was woken meanwhile', async () => {
      const work = heldWork();
      const periodic = background.periodic({ name: 'test', interval: 60_000, failure, run: work.run });
      periodic.wake();
      periodic.wake();
      expect(work.runs()).toBe(1);
      work.endRun(0);
      await until(() => work.runs() === 2);
      work.endRun(1);
      await pause(5);
      expect(work.runs()).toBe(2);
      expect(work.mostAtOnce()).toBe(1);
    });

    it('logs an error and goes on', async () => {
      let runs = 0;
      const run = () => Promise.reject(new Error(`run ${(runs += 1)}`));
      background.periodic({ name: 'test', interval: 5, failure, run });
      await until(() => runs >= 2);
      expect(logged[0]).toEqual([{ err: new Error('run 1') }, failure]);
    });

    it('stop aborts the run, waits for it, and lets no other begin', async () => {
      const work = heldWork();
      let signal: AbortSignal | undefined;
      const run = (given: AbortSignal) => {
        signal = given;
        return work.run();
      };
      const periodic = background.periodic({ name: 'test', interval: 5, failure, run });
      let isStopped = false;
      const stopped = background.stop().then(() => (isStopped = true));
      await pause(15);
      expect(signal?.aborted).toBe(true);
      expect(isStopped).toBe(false);
      work.endRun(0);
      await stopped;
      periodic.wake();
      periodic.wakeWithin(0);
      await pause(10);
      expect(work.runs()).toBe(1);
    });

    it('stop waits no longer than the work may take', async () => {
      const work = heldWork();
      background.periodic({ name: 'test', interval: 60_000, failure, longestGoodbye: 10, run: work.run });
      await background.stop();
      expect(work.mostAtOnce()).toBe(1);
    });
  });

  describe('batched work', () => {
    it('runs once for all that came within the delay', async () => {
      let runs = 0;
      const work = background.batched({ name: 'test', failure, run: () => Promise.resolve(void (runs += 1)) });
      for (let count = 0; count < 3; count += 1) work.wakeWithin(5);
      expect(runs).toBe(0);
      await pause(20);
      expect(runs).toBe(1);
    });

    it('writes what waits when the server stops', async () => {
      let waiting = ['a'];
      const written: string[] = [];
      const run = async () => {
        const batch = waiting;
        waiting = [];
        await pause(1);
        written.push(...batch);
      };
      const work = background.batched({ name: 'test', failure, run });
      work.wake();
      waiting = ['b'];
      work.wakeWithin(60_000);
      await background.stop();
      expect(written).toEqual(['a', 'b']);
    });
  });

  describe('tasks', () => {
    it('run once at a time for each name', async () => {
      const [first, second] = [heldWork(), heldWork()];
      const tasks = background.tasks('test', failure);
      tasks.start('a', first.run);
      tasks.start('a', first.run);
      tasks.start('b', second.run);
      expect([first.runs(), second.runs()]).toEqual([1, 1]);
      first.endRun(0);
      second.endRun(0);
      await pause(1);
      tasks.start('a', first.run);
      expect(first.runs()).toBe(2);
      first.endRun(1);
    });

    it('log an error', async () => {
      background.tasks('test', failure).start('a', () => Promise.reject(new Error('broken')));
      await pause(1);
      expect(logged).toEqual([[{ err: new Error('broken'), key: 'a' }, failure]]);
    });

    it('are aborted and awaited when the server stops', async () => {
      const tasks = background.tasks('test', failure);
      let ended = false;
      tasks.start('a', async (signal) => {
        while (!signal.aborted) await pause(1);
        ended = true;
      });
      await background.stop();
      expect(ended).toBe(true);
      tasks.start('b', () => Promise.reject(new Error('began after the end')));
      await pause(1);
      expect(logged).toEqual([]);
    });
  });
});

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries += 1) {
    if (tries > 1000) throw new Error('It did not come to hold');
    await pause(2);
  }
}
