import { bucketsOf, delaySeconds, leaked, signUpRule } from './throttle-rules.js';

const rule = { free: 5, leakSeconds: 3600, maximumSeconds: 900 };
const attempt = {
  purpose: 'password',
  principal: '123456789012/ana',
  address: '192.0.2.1',
  isKnownAddress: false,
} as const;
const keysOf = (changed: object) =>
  bucketsOf({ ...attempt, ...changed }).map(({ key }) => Buffer.from(key).toString('hex'));

it('delays grow from one second and end at the maximum', () => {
  const delays = [5, 6, 7, 8, 9, 14, 15, 16, 1000].map((failures) => delaySeconds(failures, rule));
  expect(delays).toEqual([0, 1, 2, 4, 8, 256, 512, 900, 900]);
});

it('who is nobody is counted by address alone, by the rule that is given', () => {
  const addressRule = signUpRule(3);
  const { address, isKnownAddress } = attempt;
  expect(bucketsOf({ purpose: 'signUp', address, isKnownAddress, addressRule })).toMatchObject([
    { rule: { free: 3, leakSeconds: 180 }, holds: true, forgives: false },
  ]);
});

it('failures are forgotten one by one', () => {
  expect(leaked(3, 3600, rule)).toBe(2);
  expect(leaked(3, 1e9, rule)).toBe(0);
  // Clocks of replicas differ.
  expect(leaked(3, -5, rule)).toBe(3);
});

it('counts purposes, principals and addresses apart', () => {
  const all = [
    keysOf({}),
    keysOf({ purpose: 'code' }),
    keysOf({ principal: 'other' }),
    keysOf({ address: '192.0.2.2' }),
  ];
  expect(new Set(all.map(([pair]) => pair)).size).toBe(4);
  expect(keysOf({ address: '192.0.2.2' })[1]).toBe(keysOf({})[1]);
  expect(keysOf({ principal: 'other' })[2]).toBe(keysOf({})[2]);
});

it.each([
  ['2001:db8:0:1::1', '2001:db8:0:1:ffff::2', true],
  ['2001:db8::1', '2001:0db8:0000:0000::2', true],
  ['2001:db8:0:1::1', '2001:db8:0:2::1', false],
  ['::ffff:192.0.2.1', '192.0.2.1', true],
  ['::1', '::2', true],
])('takes %s and %s for one network: %s', (left, right, isOne) => {
  expect(keysOf({ address: left })[2] === keysOf({ address: right })[2]).toBe(isOne);
});

/** Threat: a stranger keeps failing so that the owner cannot sign in. */
it('where the principal has signed in before, only its own failures there hold it up', () => {
  expect(bucketsOf(attempt).map(({ holds }) => holds)).toEqual([true, true, true]);
  expect(bucketsOf({ ...attempt, isKnownAddress: true }).map(({ holds }) => holds)).toEqual([true, false, false]);
});

/** Threat: the thief of a session or key tries passwords from one address after the other. */
it('guesses of a caller at its own secrets are counted without regard to the address', () => {
  const own = { purpose: 'ownPassword', principal: 'AIDAEXAMPLE', isKnownAddress: true } as const;
  expect(bucketsOf(own)).toMatchObject([{ rule: { free: 5 }, holds: true, forgives: true }]);
  expect(() => bucketsOf({ purpose: 'ownPassword', isKnownAddress: true })).toThrow();
});
