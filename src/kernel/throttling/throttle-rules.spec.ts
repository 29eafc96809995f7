import {
  type Attempt,
  attemptFrom,
  bucketsOf,
  delaySeconds,
  leaked,
  mailRule,
  requestRule,
  signInName,
} from './throttle-rules.js';

const rule = { free: 5, leakSeconds: 3600, maximumSeconds: 900 };
const attempt: Attempt = {
  purpose: 'password',
  principal: 'user/123456789012/ana',
  address: '192.0.2.1',
  isKnownAddress: false,
};
const bucketsWith = (changed: object) => bucketsOf({ ...attempt, ...changed });
const keysOf = (changed: object) => bucketsWith(changed).map(({ key }) => key.join('|'));
const holding = (changed: object) =>
  bucketsWith(changed)
    .filter(({ holds }) => holds)
    .map(({ key }) => key[1]);

it('delays grow from one second and end at the maximum', () => {
  const delays = [5, 6, 7, 8, 9, 14, 15, 16, 1000].map((failures) => delaySeconds(failures, rule));
  expect(delays).toEqual([0, 1, 2, 4, 8, 256, 512, 900, 900]);
  expect([3, 4, 5, 6, 7].map((mails) => delaySeconds(mails, mailRule))).toEqual([0, 300, 600, 1200, 1200]);
});

it('an attempt that names nobody is counted by address alone, by the rule that is given', () => {
  const signUp = { purpose: 'signUp', address: '192.0.2.1', isKnownAddress: false, rule: requestRule(3) } as const;
  expect(bucketsOf(signUp)).toMatchObject([{ rule: { free: 3, leakSeconds: 180 }, holds: true, forgives: false }]);
});

/** Threat: an address names another account in each request, none of which need exist. */
it('identity tokens that cannot be verified are counted by account, and for all accounts together', () => {
  const [first, second] = ['111111111111', '222222222222'].map((realm) =>
    bucketsOf(attemptFrom('192.0.2.1', 'federation', realm)),
  );
  expect(first![0]!.key).not.toEqual(second![0]!.key);
  expect(first![1]).toEqual(second![1]);
  expect(first![1]).toMatchObject({ holds: true, counts: true, rule: { free: 500, maximumSeconds: 15 } });
});

it('failures are forgotten one by one', () => {
  expect(leaked(3, 3600, rule)).toBe(2);
  expect(leaked(3, 1e9, rule)).toBe(0);
  // Clocks of replicas differ.
  expect(leaked(3, -5, rule)).toBe(3);
});

it('counts purposes, principals and addresses apart', () => {
  const all = [{}, { purpose: 'code' }, { principal: 'other' }, { address: '192.0.2.2' }].map(keysOf);
  expect(new Set(all.map(([pair]) => pair)).size).toBe(4);
  expect(keysOf({ address: '192.0.2.2' })[1]).toBe(keysOf({})[1]);
  expect(keysOf({ principal: 'other' })[2]).toBe(keysOf({})[2]);
});

/** Threat: a stranger keeps failing so that the owner cannot sign in. */
it('where the principal has signed in before, or with a second factor, strangers hold nothing up', () => {
  expect(holding({})).toEqual(['pair', 'principal', 'address', 'bound']);
  expect(holding({ isKnownAddress: true })).toEqual(['pair', 'bound']);
  expect(holding({ carriesSecondFactor: true })).toEqual(['pair', 'addressWithFactor']);
});

/** Threat: someone who waits long enough has unlimited guesses. */
it('the hundredth failure in a row locks, for strangers together and for each known address', () => {
  for (const isKnownAddress of [false, true]) {
    const bounds = bucketsWith({ isKnownAddress }).filter(({ key, counts }) => key[1] === 'bound' && counts);
    expect(bounds).toHaveLength(1);
    const [{ key, rule: bound, forgives }] = bounds as [(typeof bounds)[0]];
    expect(key.includes('192.0.2.1')).toBe(isKnownAddress);
    expect(forgives).toBe(true);
    expect([99, 100].map((failures) => delaySeconds(failures, bound))).toEqual([0, Infinity]);
    expect(leaked(50, 1e9, bound)).toBe(50);
  }
  // Tokens of 256 bits cannot be guessed.
  expect(bucketsWith({ purpose: 'refresh' }).some(({ key }) => key[1] === 'bound')).toBe(false);
});

/** Threat: the thief of a session or key tries passwords from one address after the other. */
it('guesses of a caller at its own secrets are counted without regard to the address', () => {
  const own = { purpose: 'ownPassword', principal: 'AIDAEXAMPLE', isKnownAddress: true } as const;
  expect(bucketsOf(own)).toMatchObject([
    { rule: { free: 5 }, holds: true, counts: true, forgives: true },
    { rule: { free: 99, leakSeconds: Infinity }, holds: true, counts: true, forgives: true },
  ]);
  expect(() => bucketsOf({ purpose: 'ownPassword', isKnownAddress: true })).toThrow();
});

it('a principal has one name, however it is spelt', () => {
  expect(signInName({ account: 'ACME', userName: 'Ana' })).toBe(signInName({ account: 'acme', userName: 'ana' }));
  expect(signInName({ email: 'Owner@Acme.test' })).toBe(signInName({ email: 'owner@acme.test' }));
});
