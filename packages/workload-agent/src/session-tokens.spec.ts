import { MetadataTokens } from './session-tokens.js';

describe('tokens of the instance metadata service', () => {
  const tokens = new MetadataTokens();

  it('live from one second to six hours', () => {
    for (const ttl of [undefined, '', '0', '21601', '-1', '1.5', '1e3', 'x', '0x10', '99999']) {
      expect([ttl, tokens.issue(ttl)]).toEqual([ttl, undefined]);
    }
    expect(tokens.issue('21600')).toBeDefined();
    const token = tokens.issue('1', 1_000_000);
    expect(tokens.isGood(token, 1_000_999)).toBe(true);
    expect(tokens.isGood(token, 1_001_000)).toBe(false);
  });

  /** Threat: a token is forged, extended, or taken from another instance. */
  it('are good as they were given, on this instance alone', () => {
    const token = tokens.issue('60')!;
    const [expires, ...rest] = token.split('.');
    expect(tokens.isGood(token)).toBe(true);
    expect(tokens.isGood([String(Number(expires) + 1), ...rest].join('.'))).toBe(false);
    expect(new MetadataTokens().isGood(token)).toBe(false);
    for (const bad of [undefined, '', 'x', `${token}x`, token.slice(0, -1)]) expect(tokens.isGood(bad)).toBe(false);
  });
});
