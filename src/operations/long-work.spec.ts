import { setTimeout as pause } from 'node:timers/promises';
import { LongWork } from './long-work.js';

/** Work that runs until it is told to end. */
function endless() {
  let end!: () => void;
  const ended = new Promise<void>((resolve) => (end = resolve));
  let hasBegun = false;
  const work = () => {
    hasBegun = true;
    return ended;
  };
  return { work, end, hasBegun: () => hasBegun };
}

it('leaves turns to other accounts, however many requests one of them sends', async () => {
  const turns = new LongWork(10);
  const [first, second, third, other] = [endless(), endless(), endless(), endless()];
  const running = [first, second, third].map(({ work }) => turns.inTurn('111111111111', work));
  running.push(turns.inTurn('222222222222', other.work));
  await pause(5);
  expect([first, second, third, other].map(({ hasBegun }) => hasBegun())).toEqual([true, true, false, true]);
  first.end();
  await pause(5);
  expect(third.hasBegun()).toBe(true);
  for (const { end } of [second, third, other]) end();
  await Promise.all(running);
});

it('leaves half of the connections to calls without long work', async () => {
  const turns = new LongWork(4);
  const all = Array.from({ length: 3 }, endless);
  const running = all.map(({ work }, index) => turns.inTurn(`account ${index}`, work));
  await pause(5);
  expect(all.map(({ hasBegun }) => hasBegun())).toEqual([true, true, false]);
  for (const { end } of all) end();
  await Promise.all(running);
});

it('sends away who would wait too long', async () => {
  const turns = new LongWork(10);
  const all = Array.from({ length: 12 }, endless);
  const running = all.map(({ work }) => turns.inTurn('111111111111', work));
  await pause(5);
  await expect(turns.inTurn('111111111111', endless().work)).rejects.toMatchObject({ code: 'Throttling' });
  for (const { end } of all) end();
  await Promise.all(running);
});

it('passes failures on, and goes on after them', async () => {
  const turns = new LongWork(2);
  await expect(turns.inTurn('111111111111', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(turns.inTurn('111111111111', () => Promise.resolve())).resolves.toBeUndefined();
});
