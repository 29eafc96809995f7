import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

/** An OpenID Connect provider for tests, on the loopback interface. */
export class OidcIssuer {
  /** How often its keys were requested. */
  keyRequests = 0;
  /** How often its configuration was requested. */
  discoveries = 0;
  /** Replaces the URL of its keys in the configuration. */
  jwksUri: string | undefined;
  /** Published in addition to its own keys, unchanged. */
  readonly moreKeys: object[] = [];
  private keys: { keyId: string; privateKey: CryptoKey; publicKey: CryptoKey }[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<OidcIssuer> {
    const server = createServer((request, response) => {
      void issuer.answer(request.url ?? '').then((body) => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(body));
      });
    });
    const issuer = new OidcIssuer(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await issuer.rotate('first');
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** New keys; the old ones are removed. */
  async rotate(keyId: string): Promise<void> {
    this.keys = [{ keyId, ...(await generateKeyPair('ES256')) }];
  }

  /** Issues a token, signed with its newest key. */
  async token(claims: JWTPayload = {}, expiresAt = Math.floor(Date.now() / 1000) + 300): Promise<string> {
    const { keyId, privateKey } = this.keys[0]!;
    return new SignJWT({ iss: this.url, sub: 'repo:acme/app', aud: 'gatehouse', ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: keyId })
      .setIssuedAt(claims.iat)
      .setExpirationTime(expiresAt)
      .sign(privateKey);
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(path: string): Promise<unknown> {
    if (path === '/.well-known/openid-configuration') {
      this.discoveries += 1;
      return { issuer: this.url, jwks_uri: this.jwksUri ?? `${this.url}/keys` };
    }
    this.keyRequests += 1;
    const keys = this.keys.map(async ({ keyId, publicKey }) => ({ ...(await exportJWK(publicKey)), kid: keyId }));
    return { keys: [...(await Promise.all(keys)), ...this.moreKeys] };
  }
}
