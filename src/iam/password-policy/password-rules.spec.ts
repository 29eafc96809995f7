import { violationOfDefaultRules, violationOfRules } from './password-rules.js';

const strict = {
  minimumPasswordLength: 10,
  requireSymbols: true,
  requireNumbers: true,
  requireUppercaseCharacters: true,
  requireLowercaseCharacters: true,
};
const lax = {
  minimumPasswordLength: 6,
  requireSymbols: false,
  requireNumbers: false,
  requireUppercaseCharacters: false,
  requireLowercaseCharacters: false,
};

describe("an account's own policy", () => {
  it.each([
    ['Ab1!56789', 'Password should have a minimum length of 10'],
    ['ab1!567890', 'Password should have at least one uppercase letter'],
    ['AB1!567890', 'Password should have at least one lowercase letter'],
    ['Ab!cdefghi', 'Password should have at least one number'],
    ['Ab34567890', 'Password should have at least one symbol'],
    // A tilde and a space are not among the symbols that AWS counts.
    ['Ab3 567~90', 'Password should have at least one symbol'],
    ['abc', expect.stringMatching(/length of 10, .* uppercase letter, .* one number, .* one symbol$/)],
    ['Ab1!567890', undefined],
  ])('says of %s: %s', (password, violation) => {
    expect(violationOfRules(password, strict)).toEqual(violation);
  });

  it('asks for nothing that it does not require', () => {
    expect(violationOfRules('aaaaaa', lax)).toBeUndefined();
    expect(violationOfRules('aaaaa', lax)).toBe('Password should have a minimum length of 6');
  });
});

describe('the default policy', () => {
  it.each([
    ['Abcdef1', 'Password should have a minimum length of 8'],
    [
      'abcdefg1',
      'Password should meet 1 more of the following requirements: Password should have at least one uppercase letter, Password should have at least one symbol',
    ],
    ['abcdefgh', expect.stringContaining('meet 2 more')],
    ['Ana@Acme.test1', 'Password should not be identical to your account name or email address'],
    ['a phrase of 5 words', undefined],
    ['Abcdefg1', undefined],
  ])('says of %s: %s', (password, violation) => {
    expect(violationOfDefaultRules(password, ['ana@acme.test1'])).toEqual(violation);
  });
});
