import { parseIssuer } from './oidc-issuer.js';

describe('parseIssuer', () => {
  it.each([
    ['https://accounts.example.com', 'accounts.example.com'],
    ['https://accounts.example.com/', 'accounts.example.com/'],
    ['https://accounts.example.com/tenant/', 'accounts.example.com/tenant/'],
    ['https://ACCOUNTS.example.com:443', 'accounts.example.com'],
    ['https://accounts.example.com:8443/tenant/1', 'accounts.example.com:8443/tenant/1'],
    ['http://127.0.0.1:4000', '127.0.0.1:4000'],
    ['http://localhost:4000/realm', 'localhost:4000/realm'],
  ])('%s is %s', (url, issuer) => {
    expect(parseIssuer(url).issuer).toBe(issuer);
  });

  it.each([
    'accounts.example.com',
    'http://accounts.example.com',
    'http://127.0.0.1.example.com',
    'ftp://accounts.example.com',
    'https://accounts.example.com?tenant=1',
    'https://accounts.example.com/?',
    'https://accounts.example.com/#part',
    'https://user:password@accounts.example.com',
    'https://accounts.example.com/a b',
    'file:///etc/passwd',
    '',
  ])('refuses %p', (url) => {
    expect(() => parseIssuer(url)).toThrow('Invalid Open ID Connect Provider URL');
  });
});
