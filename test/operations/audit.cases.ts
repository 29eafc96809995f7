import type { CaseContext, Members, OperationCase } from './harness/operation-case.js';

/** A user whose creation is in the log. */
async function anEvent({ call, unique }: CaseContext): Promise<string> {
  const userName = unique('audited');
  await call('iam:CreateUser', { userName });
  return userName;
}

const attribute = (attributeKey: string, attributeValue: string) => ({ attributeKey, attributeValue });

export const cases: readonly OperationCase[] = [
  {
    operation: 'gatehouse:ListAuditEvents',
    arrange: async (context) => ({ target: await anEvent(context) }),
    check: ({ events, isTruncated }, { tenant }, { target }) => {
      expect(isTruncated).toBe(false);
      expect(events).toHaveLength(1);
      expect(events[0]).toMatchObject({
        operation: 'iam:CreateUser',
        callerArn: `arn:aws:iam::${tenant.accountId}:root`,
        resourceArn: `arn:aws:iam::${tenant.accountId}:user/${target}`,
        outcome: 'allowed',
        credential: 'accessToken',
        input: JSON.stringify({ userName: target }),
      });
    },
    errors: { ValidationError: () => ({ marker: 'WyJhbmEiXQ' }) },
  },
  {
    operation: 'gatehouse:VerifyAuditLog',
    arrange: async (context) => {
      await anEvent(context);
      return {};
    },
    check: (output) => {
      expect(output).toMatchObject({ isIntact: true, isEnd: true, problems: [] });
      expect(output.verifiedEvents).toBe(output.lastSequence);
      expect(output.verifiedEvents).toBeGreaterThan(0);
    },
    errors: { ValidationError: () => ({ maxEvents: 0 }) },
  },
  {
    operation: 'cloudtrail:LookupEvents',
    doors: 'rest',
    arrange: async (context) => ({ lookupAttributes: [attribute('ResourceName', await anEvent(context))] }),
    check: ({ events }, { tenant }, { lookupAttributes: [{ attributeValue: userName }] }) => {
      expect(events).toHaveLength(1);
      const [{ cloudTrailEvent, ...event }] = events as [Members];
      expect(event).toMatchObject({
        eventName: 'CreateUser',
        eventSource: 'iam.amazonaws.com',
        readOnly: 'false',
        username: 'root',
        resources: [{ resourceType: 'AWS::IAM::User', resourceName: userName }],
      });
      expect(JSON.parse(cloudTrailEvent as string)).toMatchObject({
        userIdentity: { type: 'Root', accountId: tenant.accountId },
        requestParameters: { userName },
        eventID: event.eventId,
      });
    },
    errors: {
      InvalidLookupAttributesException: () => ({
        lookupAttributes: [attribute('EventName', 'a'), attribute('Username', 'b')],
      }),
      InvalidMaxResultsException: () => ({ maxResults: 51 }),
      InvalidNextTokenException: () => ({ nextToken: 'nonsense' }),
      InvalidTimeRangeException: () => ({ startTime: '2026-02-01T00:00:00Z', endTime: '2026-01-01T00:00:00Z' }),
    },
  },
];
