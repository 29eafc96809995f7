/**
 * How often a value of one sample is smaller than one of the other, ties counting half (the Mann-Whitney statistic as a
 * probability): 0.5 if the samples cannot be distinguished, 0 or 1 if every single value distinguishes them. It depends
 * only on the order of the values, so neither a slow machine nor a few outliers change it much.
 */
export function probabilityOfSmaller(sample: readonly number[], other: readonly number[]): number {
  let smaller = 0;
  for (const value of sample) for (const against of other) smaller += value < against ? 1 : value === against ? 0.5 : 0;
  return smaller / (sample.length * other.length);
}

/** The standard deviation of that probability if both samples come from one distribution. */
export function standardDeviation(size: number, otherSize: number): number {
  return Math.sqrt((size + otherSize + 1) / (12 * size * otherSize));
}

/** The same values in a random order (Fisher and Yates). */
export function shuffled<Value>(values: readonly Value[]): Value[] {
  const result = [...values];
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = Math.floor(Math.random() * (last + 1));
    [result[last], result[other]] = [result[other]!, result[last]!];
  }
  return result;
}
