/** A cookie of the answer: HttpOnly, for this host alone. */
export interface AnswerCookie {
  readonly name: string;
  readonly value: string;
  readonly maxAgeSeconds: number;
  /** `strict`: no request that another site starts carries it, links included. */
  readonly sameSite: 'strict' | 'lax';
}

/** What every door knows of a request besides its input. */
export interface RequestFacts {
  readonly requestId: string;
  readonly sourceIp: string;
  readonly userAgent: string;
  /** The Authorization header as it came, for operations that verify a credential of their own. Never to be logged. */
  readonly authorization?: string | undefined;
  /** The request came over TLS, here or at a trusted proxy. */
  readonly secureTransport: boolean;
  readonly receivedAt: Date;
  /** Handlers add what a successful answer sets. Absent at doors without cookies, and for pages of other origins. */
  readonly answerCookies?: AnswerCookie[];
}
