import { networkOf } from './network.js';

it.each([
  ['2001:db8:0:1::1', '2001:db8:0:1:ffff::2', true],
  ['2001:db8::1', '2001:0db8:0000:0000::2', true],
  ['2001:db8:0:1::1', '2001:db8:0:2::1', false],
  ['::ffff:192.0.2.1', '192.0.2.1', true],
  ['192.0.2.1', '192.0.2.2', false],
  ['::1', '::2', true],
])('takes %s and %s for one network: %s', (left, right, isOne) => {
  expect(networkOf(left) === networkOf(right)).toBe(isOne);
});
