import { ApiError } from '../../kernel/errors/errors.js';

/** An element as parsed by xml2js, without namespace prefixes: attributes in `$`, text in `_`. */
export interface XmlElement {
  readonly $?: Readonly<Record<string, string>>;
  readonly _?: string;
  readonly [child: string]: unknown;
}

export function children(element: XmlElement | undefined, name: string): XmlElement[] {
  const found = element?.[name];
  return Array.isArray(found)
    ? found.map((child) => (typeof child === 'string' ? { _: child } : (child as XmlElement)))
    : [];
}

export function invalid(message: string): ApiError {
  return new ApiError('InvalidIdentityToken', message);
}
