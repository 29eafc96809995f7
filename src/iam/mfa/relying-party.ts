import type { Settings } from '../../kernel/config/settings.js';

/** Who security keys are registered with and signed in to (W3C Web Authentication Level 3, §4 "Relying Party"). */
export interface RelyingParty {
  /** A domain. */
  readonly id: string;
  readonly name: string;
  /** Where the page that talks to the authenticator may come from. */
  readonly origins: readonly string[];
}

/**
 * From the public URL. An IP address can be no relying party, so a server on the loopback interface is `localhost`,
 * and its page works under that name.
 */
export function relyingParty({ publicUrl }: Pick<Settings, 'publicUrl'>): RelyingParty {
  const url = new URL(publicUrl);
  if (!/^(?:127(?:\.\d{1,3}){3}|\[::1\]|localhost)$/.test(url.hostname)) {
    return { id: url.hostname, name: 'Gatehouse', origins: [url.origin] };
  }
  const local = new URL(publicUrl);
  local.hostname = 'localhost';
  return { id: 'localhost', name: 'Gatehouse', origins: [local.origin] };
}
