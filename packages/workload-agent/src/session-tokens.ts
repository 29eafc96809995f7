import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Seconds. Source: EC2 User Guide, "Use the Instance Metadata Service": 1 second to six hours. */
const LONGEST = 21_600;

/** The session tokens of IMDSv2: self-contained, valid for this process only, as AWS's are for one instance. */
export class MetadataTokens {
  private readonly key = randomBytes(32);

  /**
   * @param ttl as in the header
   * @returns undefined if it is not a valid number of seconds
   */
  issue(ttl: string | undefined, now = Date.now()): string | undefined {
    const seconds = /^\d{1,5}$/.test(ttl ?? '') ? Number(ttl) : 0;
    if (seconds < 1 || seconds > LONGEST) return undefined;
    const claims = `${now + seconds * 1000}.${randomBytes(12).toString('base64url')}`;
    return `${claims}.${this.sign(claims).toString('base64url')}`;
  }

  isGood(token: string | undefined, now = Date.now()): boolean {
    const [, claims, expires, signature] = /^((\d{1,16})\.[\w-]{16})\.([\w-]{43})$/.exec(token ?? '') ?? [];
    if (claims === undefined) return false;
    return timingSafeEqual(Buffer.from(signature!, 'base64url'), this.sign(claims)) && now < Number(expires);
  }

  private sign(claims: string): Buffer {
    return createHmac('sha256', this.key).update(claims).digest();
  }
}
