/** What the text of a password must be like. */
export interface PasswordRules {
  readonly minimumPasswordLength: number;
  readonly requireSymbols: boolean;
  readonly requireNumbers: boolean;
  readonly requireUppercaseCharacters: boolean;
  readonly requireLowercaseCharacters: boolean;
}

/** The symbols of IAM API reference, UpdateAccountPasswordPolicy, `RequireSymbols`. */
const SYMBOL = /[!@#$%^&*()_+\-=[\]{}|']/;

const upperCase = { pattern: /[A-Z]/, message: 'Password should have at least one uppercase letter' };
const lowerCase = { pattern: /[a-z]/, message: 'Password should have at least one lowercase letter' };
const number = { pattern: /\d/, message: 'Password should have at least one number' };
const symbol = { pattern: SYMBOL, message: 'Password should have at least one symbol' };

/** @returns what is wrong with the password, in AWS's words; undefined when nothing is */
export function violationOfRules(password: string, rules: PasswordRules): string | undefined {
  const classes = [
    ...(rules.requireUppercaseCharacters ? [upperCase] : []),
    ...(rules.requireLowercaseCharacters ? [lowerCase] : []),
    ...(rules.requireNumbers ? [number] : []),
    ...(rules.requireSymbols ? [symbol] : []),
  ];
  const missing = classes.filter(({ pattern }) => !pattern.test(password)).map(({ message }) => message);
  return [...violationOfLength(password, rules.minimumPasswordLength), ...missing].join(', ') || undefined;
}

/**
 * AWS's default policy, of root users and of users whose account has no policy of its own. Source: IAM User Guide, "Set
 * an account password policy for IAM users". Any character beyond letters and digits counts as a symbol here, so that a
 * phrase with spaces passes.
 *
 * @param names what the password must not be: the account's name and email address, the user's name
 * @returns as `violationOfRules`
 */
export function violationOfDefaultRules(password: string, names: readonly string[]): string | undefined {
  const anySymbol = { ...symbol, pattern: /[^A-Za-z0-9]/ };
  const missing = [upperCase, lowerCase, number, anySymbol].filter(({ pattern }) => !pattern.test(password));
  const wanted = missing.length - 1;
  const complaints = [
    ...violationOfLength(password, 8),
    ...(wanted > 0
      ? [
          `Password should meet ${wanted} more of the following requirements: ${missing.map(({ message }) => message).join(', ')}`,
        ]
      : []),
    ...(names.some((name) => name.toLowerCase() === password.toLowerCase())
      ? ['Password should not be identical to your account name or email address']
      : []),
  ];
  return complaints.join(', ') || undefined;
}

function violationOfLength(password: string, minimum: number): string[] {
  return password.length < minimum ? [`Password should have a minimum length of ${minimum}`] : [];
}
