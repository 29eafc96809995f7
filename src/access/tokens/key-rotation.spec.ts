import { isRotationDue, outlived, signerAt } from './key-rotation.js';

const minutes = (count: number) => new Date(count * 60_000);
const key = (createdAt: Date) => ({ createdAt });
const day = 24 * 60;
const first = key(minutes(0));
const second = key(minutes(30 * day));
const both = [first, second];

it('the first key signs at once, the next when it has been published for a while', () => {
  expect(signerAt([first], minutes(0))).toBe(first);
  expect(signerAt(both, minutes(30 * day + 14))).toBe(first);
  expect(signerAt(both, minutes(30 * day + 15))).toBe(second);
});

it('a new key is due by age', () => {
  expect(isRotationDue([], minutes(0), 30)).toBe(true);
  expect(isRotationDue([first], minutes(30 * day - 1), 30)).toBe(false);
  expect(isRotationDue([first], minutes(30 * day), 30)).toBe(true);
  expect(isRotationDue(both, minutes(31 * day), 30)).toBe(false);
});

it('an old key goes when its last token has expired, not before', () => {
  const tokenSeconds = 900;
  expect(outlived(both, minutes(30 * day), tokenSeconds)).toEqual([]);
  expect(outlived(both, minutes(30 * day + 34), tokenSeconds)).toEqual([]);
  expect(outlived(both, minutes(30 * day + 35), tokenSeconds)).toEqual([first]);
  expect(outlived([second], minutes(90 * day), tokenSeconds)).toEqual([]);
});
