/** A cookie of the response: HttpOnly, for this host only. */
export interface AnswerCookie {
  readonly name: string;
  readonly value: string;
  readonly maxAgeSeconds: number;
  /** `strict`: the browser does not send it with requests from other sites, including links. */
  readonly sameSite: 'strict' | 'lax';
}

/** The facts of a request that all doors know in addition to its input. */
export interface RequestFacts {
  readonly requestId: string;
  readonly sourceIp: string;
  readonly userAgent: string;
  /**
   * The Authorization header as received, for operations that verify their own credentials. It must never be logged.
   */
  readonly authorization?: string | undefined;
  /** The request was received over TLS, here or by a trusted proxy. */
  readonly secureTransport: boolean;
  readonly receivedAt: Date;
  /**
   * Handlers add the cookies that a successful response sets. Absent at doors without cookies, and for pages of other
   * origins.
   */
  readonly answerCookies?: AnswerCookie[] | undefined;
}
