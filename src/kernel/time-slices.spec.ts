import { TimeSlices } from './time-slices.js';

const spin = (milliseconds: number) => {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
};

it('lets others have their turn during long work', async () => {
  let turns = 0;
  const others = setInterval(() => (turns += 1), 1);
  const results = await new TimeSlices().map([1, 2, 3, 4, 5], (item) => {
    spin(12);
    return item * 2;
  });
  clearInterval(others);
  expect(results).toEqual([2, 4, 6, 8, 10]);
  expect(turns).toBeGreaterThanOrEqual(2);
});

it('lets others have their turn while it filters and searches', async () => {
  let turns = 0;
  const others = setInterval(() => (turns += 1), 1);
  const isOdd = (item: number) => {
    spin(12);
    return item % 2 === 1;
  };
  expect(await new TimeSlices().filter([1, 2, 3, 4], isOdd)).toEqual([1, 3]);
  const before = turns;
  expect(before).toBeGreaterThanOrEqual(2);
  expect(await new TimeSlices().some([2, 4, 6, 8], isOdd)).toBe(false);
  clearInterval(others);
  expect(turns - before).toBeGreaterThanOrEqual(2);
});

it('does short work at a stretch', async () => {
  let turns = 0;
  const others = setImmediate(() => (turns += 1));
  await new TimeSlices().map([1, 2, 3], (item) => item);
  clearImmediate(others);
  expect(turns).toBe(0);
});

/** Threat: many concurrent requests with long work block the event loop together, each with its own slice. */
it('gives one slice to all long work between two turns of the event loop', async () => {
  let turn = 0;
  const watch = () => {
    turn += 1;
    watching = setImmediate(watch);
  };
  let watching = setImmediate(watch);
  const turnsOfParts: number[] = [];
  const job = () =>
    new TimeSlices().map([1, 2, 3], () => {
      turnsOfParts.push(turn);
      spin(12);
    });
  await Promise.all([job(), job(), job(), job()]);
  clearImmediate(watching);
  expect(turnsOfParts).toHaveLength(12);
  // Their first parts began together, before the slice was used up.
  expect(new Set(turnsOfParts.slice(4)).size).toBe(8);
});

it('ends work that takes longer than it may', async () => {
  const parts: number[] = [];
  const work = new TimeSlices(30).map([1, 2, 3, 4, 5, 6], (part) => {
    parts.push(part);
    spin(12);
  });
  await expect(work).rejects.toMatchObject({ code: 'LimitExceeded' });
  expect(parts.length).toBeLessThan(6);
});

it('does not count the time in which others work', async () => {
  const job = (parts: number, longest?: number) =>
    new TimeSlices(longest).map(Array.from({ length: parts }), () => spin(12));
  const others = [job(30), job(30), job(30)];
  await expect(job(3, 800)).resolves.toHaveLength(3);
  await Promise.all(others);
});
