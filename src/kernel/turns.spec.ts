import { setImmediate as immediate } from 'node:timers/promises';
import { Turns } from './turns.js';

it('goes on with so many at once, in order', async () => {
  const turns = new Turns(2);
  const started: number[] = [];
  let running = 0;
  let most = 0;
  const work = (number: number) =>
    turns.take(async () => {
      started.push(number);
      most = Math.max(most, (running += 1));
      await immediate();
      running -= 1;
      return number;
    });
  expect(await Promise.all([1, 2, 3, 4, 5].map(work))).toEqual([1, 2, 3, 4, 5]);
  expect(started).toEqual([1, 2, 3, 4, 5]);
  expect(most).toBe(2);
});

it('sends away who comes when 500 wait, and takes the next when there is room again', async () => {
  const turns = new Turns(1);
  let open!: () => void;
  const first = turns.take(() => new Promise<void>((resolve) => (open = resolve)));
  await immediate();
  const waiting = Array.from({ length: 500 }, () => turns.take(immediate));
  expect(() => turns.take(immediate)).toThrow(expect.objectContaining({ code: 'Throttling' }));
  open();
  await Promise.all([first, ...waiting]);
  await expect(turns.take(() => Promise.resolve('in'))).resolves.toBe('in');
});
