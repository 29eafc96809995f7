import type { PolicyEpochs } from '../../kernel/database/policy-epochs.js';
import type { RowReader } from '../../kernel/database/row-reader.js';
import { AccountCache } from './account-cache.js';

/** Epochs without any notifications. */
const quiet = {
  generation: 1,
  isLinked: () => true,
  latest: () => undefined,
  latestPlatform: 0n,
  onAdvance: () => () => true,
  onPlatformAdvance: () => undefined,
} as unknown as PolicyEpochs;

/** The loaders of these tests read no rows. */
const primary = {} as RowReader;

const account = '111122223333';

async function fill(cache: AccountCache<{ n: number }>, count: number, bytes: number): Promise<number> {
  let loads = 0;
  for (let n = 0; n < count; n += 1) {
    const load = () => {
      loads += 1;
      return Promise.resolve({ epoch: 1n, value: { n }, bytes });
    };
    await cache.get(account, String(n), load);
  }
  return loads;
}

it('keeps within its bytes, however many entries it might have', async () => {
  const cache = new AccountCache<{ n: number }>(
    quiet,
    { primary },
    { maximum: 1_000, maximumBytes: 10_000, staleSeconds: 0 },
  );
  await fill(cache, 500, 1_000);
  expect(cache.use.size).toBe(10);
});

it('keeps within its entries, however small they are', async () => {
  const cache = new AccountCache<{ n: number }>(
    quiet,
    { primary },
    { maximum: 20, maximumBytes: 1_000_000, staleSeconds: 0 },
  );
  await fill(cache, 500, 1);
  expect(cache.use.size).toBe(20);
});

it('answers what does not fit, without remembering it', async () => {
  const cache = new AccountCache<{ n: number }>(
    quiet,
    { primary },
    { maximum: 20, maximumBytes: 1_000, staleSeconds: 0 },
  );
  expect(await fill(cache, 3, 5_000)).toBe(3);
  expect(cache.use.size).toBe(0);
});

it('answers at once what it knows', async () => {
  const cache = new AccountCache<{ n: number }>(
    quiet,
    { primary },
    { maximum: 20, maximumBytes: 10_000, staleSeconds: 0 },
  );
  const load = () => Promise.resolve({ epoch: 1n, value: { n: 7 } });
  expect(await cache.get(account, 'seven', load)).toEqual({ n: 7 });
  expect(cache.get(account, 'seven', load)).toEqual({ n: 7 });
});
