import { setTimeout as pause } from 'node:timers/promises';
import { TransactionTurns } from './transaction-turns.js';

const tooLate = () => new Error('too late');

it('keeps a connection for look-ups that transactions wait for, so that all of them end', async () => {
  const turns = new TransactionTurns(2);
  let free = 2;
  const connection = async (work: () => Promise<void>) => {
    while (free === 0) await pause(1);
    free -= 1;
    await work();
    free += 1;
  };
  const lookUp = () => connection(() => pause(1));
  const outer = () => turns.take(() => connection(lookUp), 5_000, tooLate);
  await Promise.all(Array.from({ length: 20 }, outer));
  expect(free).toBe(2);
});

it('gives up when its turn does not come, and then does nothing', async () => {
  const turns = new TransactionTurns(2);
  let open!: () => void;
  const first = turns.take(() => new Promise<void>((resolve) => (open = resolve)), 5_000, tooLate);
  let isDone = false;
  const second = turns.take(
    () => {
      isDone = true;
      return Promise.resolve();
    },
    20,
    tooLate,
  );
  await expect(second).rejects.toThrow('too late');
  open();
  await first;
  await pause(20);
  expect(isDone).toBe(false);
  await expect(turns.take(() => Promise.resolve('next'), 20, tooLate)).resolves.toBe('next');
});

it('passes on what the work throws', async () => {
  const turns = new TransactionTurns(3);
  await expect(turns.take(() => Promise.reject(new Error('broken')), 20, tooLate)).rejects.toThrow('broken');
});
