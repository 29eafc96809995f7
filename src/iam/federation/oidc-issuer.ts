import { ApiError } from '../../kernel/errors/errors.js';

/** An issuer on the same machine may be used without TLS: nobody can listen in between. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** The issuer of an OpenID Connect provider, as stored. */
export interface OidcIssuer {
  /** Host, port and path, with a trailing slash if one was given: as in the ARN and condition keys. */
  readonly issuer: string;
  /** With the scheme. */
  readonly url: string;
}

/**
 * Source: IAM API reference, CreateOpenIDConnectProvider: the URL corresponds to the `iss` claim, begins with
 * `https://` and has no query. A trailing slash is part of the issuer: tokens of Auth0 have one. Unlike on AWS, a port
 * is allowed, and plain HTTP on the loopback interface.
 *
 * @throws ApiError ValidationError
 */
export function parseIssuer(text: string): OidcIssuer {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSecure = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname));
  const isPlain = url && !url.username && !url.password && !url.search && !url.hash && !/[?#\s]/.test(text);
  if (!isSecure || !isPlain || !/^[\u0021-\u007e]+$/.test(text)) {
    throw new ApiError('ValidationError', 'Invalid Open ID Connect Provider URL');
  }
  // `URL` adds a slash to an empty path.
  const issuer = url.host + (text.endsWith('/') ? url.pathname : url.pathname.replace(/\/$/, ''));
  return { issuer, url: `${url.protocol}//${issuer}` };
}
