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

it('does short work at a stretch', async () => {
  let turns = 0;
  const others = setImmediate(() => (turns += 1));
  await new TimeSlices().map([1, 2, 3], (item) => item);
  clearImmediate(others);
  expect(turns).toBe(0);
});
