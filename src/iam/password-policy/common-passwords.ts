let common: Promise<ReadonlySet<string>> | undefined;

/**
 * Whether the password is among the some 50,000 most used ones, in any case. NIST SP 800-63B §3.1.1.2 wants such a list;
 * AWS has none. The list is read when the first password is set, so that it does not slow the start.
 */
export async function isCommonPassword(password: string): Promise<boolean> {
  common ??= readList();
  return (await common).has(password.toLowerCase());
}

async function readList(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  return new Set(dictionary['passwords-common'].map((password) => password.toLowerCase()));
}
