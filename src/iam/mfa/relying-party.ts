import type { Settings } from '../../kernel/config/settings.js';

/** The relying party of security keys (W3C Web Authentication Level 3, §4 "Relying Party"). */
export interface RelyingParty {
  /** A domain. */
  readonly id: string;
  readonly name: string;
  /** The permitted origin of the page that uses the authenticator. */
  readonly origins: readonly string[];
}

/**
 * From the public URL. An IP address cannot be a relying party, so a server on the loopback interface uses `localhost`,
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
