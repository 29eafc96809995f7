let common: Promise<ReadonlySet<string>> | undefined;

/**
 * Whether the password is among about 50,000 common passwords, ignoring case. NIST SP 800-63B §3.1.1.2 requires such a
 * list; AWS has none. The list is loaded when the first password is set, so that it does not delay the start.
 */
export async function isCommonPassword(password: string): Promise<boolean> {
  common ??= readList();
  return (await common).has(password.toLowerCase());
}

async function readList(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  return new Set(dictionary['passwords-common'].map((password) => password.toLowerCase()));
}
