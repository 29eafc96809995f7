import { ApiError } from '../common/errors.js';

/** An issuer on this very machine may do without TLS: nobody can listen in between. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** The issuer of an OpenID Connect provider, as Gatehouse keeps it. */
export interface OidcIssuer {
  /** Host, port and path: what ARN and condition keys hold. */
  readonly issuer: string;
  /** With the scheme and without a slash at the end. */
  readonly url: string;
}

/**
 * Source: IAM API reference, CreateOpenIDConnectProvider: the URL corresponds to the `iss` claim, begins with
 * `https://` and has no query. Unlike AWS, a port is allowed, and plain HTTP on the loopback interface.
 *
 * @throws ApiError InvalidInput
 */
export function parseIssuer(text: string): OidcIssuer {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSecure = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname));
  const isPlain = url && !url.username && !url.password && !url.search && !url.hash && !/[?#\s]/.test(text);
  if (!isSecure || !isPlain || !/^[\u0021-\u007e]+$/.test(text)) {
    throw new ApiError(
      'InvalidInput',
      'Invalid Open ID Connect Provider URL: it must begin with https:// and have no query, fragment or credentials.',
    );
  }
  const issuer = (url.host + url.pathname).replace(/\/+$/, '');
  return { issuer, url: `${url.protocol}//${issuer}` };
}
