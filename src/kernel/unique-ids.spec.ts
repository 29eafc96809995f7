import * as fc from 'fast-check';
import { accountIdOfAccessKeyId, newAccessKeyId, newAccountId, newSecretAccessKey, newUniqueId } from './unique-ids.js';

const accountIds = fc.integer({ min: 0, max: 999_999_999_999 }).map((number) => String(number).padStart(12, '0'));

describe('access key ids', () => {
  it('carry every account id, leading zeros included', () => {
    fc.assert(
      fc.property(accountIds, (accountId) => {
        const accessKeyId = newAccessKeyId('AKIA', accountId);
        expect(accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
        expect(accountIdOfAccessKeyId(accessKeyId)).toBe(accountId);
      }),
    );
  });

  it('reads the account id that AWS put into one of its own key ids', () => {
    // From "A short note on AWS KEY ID" by Tal Be'ery, which published the layout.
    expect(accountIdOfAccessKeyId('ASIAQNZGKIQY56JQ7WML')).toBe('029608264753');
  });

  it.each([
    '',
    'AKIA',
    'AKIAIOSFODNN7EXAMPLE1',
    'akiaiosfodnn7example',
    'AIDAQNZGKIQY56JQ7WML',
    'AKIA0000000000000000',
  ])('finds none in %j', (text) => expect(accountIdOfAccessKeyId(text)).toBeUndefined());
});

it('unique ids, account ids and secrets have the documented shapes', () => {
  expect(newUniqueId('AIDA')).toMatch(/^AIDA[A-Z2-7]{17}$/);
  expect(newAccountId()).toMatch(/^[1-9]\d{11}$/);
  expect(newSecretAccessKey()).toMatch(/^[A-Za-z0-9+/]{40}$/);
});
