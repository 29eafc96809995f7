import { Controller } from '@nestjs/common';
import { z } from 'zod';
import { sessionCookie } from '../../access/authentication/session-cookie.js';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import { gatehouseArn } from '../../kernel/arn.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { Settings } from '../../kernel/config/settings.js';
import { endSessions } from '../../iam/resources/end-sessions.js';
import { SessionsService } from './sessions.service.js';

const noInput = z.strictObject({});
const sessionIdInput = z.strictObject({ sessionId: z.uuid() });

const session = z
  .object({
    sessionId: z.string(),
    createDate: z.date(),
    /** To the minute. */
    lastUsed: z.date(),
    expiresAt: z.date(),
    mfaAuthenticatedAt: z.date().optional(),
    sourceIp: z.string(),
    userAgent: z.string(),
    isCurrent: z.boolean(),
  })
  .meta({ id: 'Session' });

const callerOutput = z.object({
  accountId: z.string(),
  arn: z.string(),
  principalId: z.string(),
  type: z.enum(['root', 'user', 'assumedRole', 'federatedUser', 'service']),
  userName: z.string().optional(),
  mfaAuthenticatedAt: z.date().optional(),
  /** The session of the request, if it has one. */
  sessionId: z.string().optional(),
  /** For sessions with a cookie: required for changes, in the header `x-csrf-token`. */
  csrfToken: z.string().optional(),
});

/** Callers may always list and end their own sessions, whatever the policies say. */
@Controller()
export class SessionsController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly settings: Settings,
  ) {}

  @Operation({
    name: 'gatehouse:GetSession',
    summary: 'Get the caller and its session',
    route: 'GET /v1/session',
    accessLevel: 'Read',
    access: 'authenticated',
    input: noInput,
    output: callerOutput,
    errors: [],
  })
  getSession(_input: z.output<typeof noInput>, { caller, accountId }: OperationContext) {
    const { arn, principalId, principal, userName, session: facts } = caller;
    const { sessionId, csrfToken, mfaAuthenticatedAt } = facts;
    const type = principal.type;
    return Promise.resolve({ accountId, arn, principalId, type, userName, mfaAuthenticatedAt, sessionId, csrfToken });
  }

  @Operation({
    name: 'gatehouse:ListSessions',
    summary: 'List the sessions of the caller',
    route: 'GET /v1/sessions',
    accessLevel: 'List',
    access: 'authenticated',
    input: noInput,
    output: z.object({ sessions: z.array(session) }),
    errors: [],
  })
  async listSessions(_input: z.output<typeof noInput>, { tx, caller, accountId, request }: OperationContext) {
    const rows = await this.sessions.list(tx, accountId, caller.principalId, request.receivedAt);
    return {
      sessions: rows.map(({ createdAt, refreshedAt, mfaAuthenticatedAt, ...row }) => ({
        ...row,
        createDate: createdAt,
        lastUsed: refreshedAt,
        mfaAuthenticatedAt: mfaAuthenticatedAt ?? undefined,
        isCurrent: row.sessionId === caller.session.sessionId,
      })),
    };
  }

  @Operation({
    name: 'gatehouse:EndSession',
    summary: 'End one of the sessions of the caller',
    route: 'DELETE /v1/sessions/:sessionId',
    accessLevel: 'Write',
    access: 'authenticated',
    input: sessionIdInput,
    locate: async ({ tx, input: { sessionId }, caller: { principalId }, accountId, partition }) => {
      const row = await tx.session.findFirst({ where: { accountId, sessionId, principalId, revokedAt: null } });
      const arn = gatehouseArn(partition, accountId, `session/${sessionId}`);
      return row ? { arn, row } : { arn, missing: `The session ${sessionId} cannot be found.` };
    },
    errors: ['NoSuchEntity'],
    effect: 'changes',
  })
  async endSession({ sessionId }: z.output<typeof sessionIdInput>, { tx, accountId }: OperationContext<unknown>) {
    await this.sessions.end(tx, accountId, sessionId);
  }

  @Operation({
    name: 'gatehouse:EndSessions',
    summary: 'End all sessions of the caller',
    description: 'Also revokes the temporary credentials that the caller obtained for itself.',
    route: 'DELETE /v1/sessions',
    accessLevel: 'Write',
    access: 'authenticated',
    input: noInput,
    errors: [],
  })
  async endAllSessions(_input: z.output<typeof noInput>, { tx, accountId, caller, request }: OperationContext) {
    await endSessions(tx, accountId, caller.principalId, request.receivedAt);
    request.answerCookies?.push(sessionCookie(this.settings, undefined));
  }

  @Operation({
    name: 'gatehouse:SignOut',
    summary: 'Sign out: end the session of the access token or cookie',
    route: 'POST /v1/sign-out',
    accessLevel: 'Write',
    access: 'authenticated',
    input: noInput,
    errors: ['InvalidInput'],
    effect: 'changes',
  })
  async signOut(_input: z.output<typeof noInput>, { tx, accountId, caller, request }: OperationContext) {
    const { sessionId } = caller.session;
    if (sessionId === undefined) throw new ApiError('InvalidInput', 'The request was not made in a sign-in session.');
    await this.sessions.end(tx, accountId, sessionId);
    request.answerCookies?.push(sessionCookie(this.settings, undefined));
  }
}
