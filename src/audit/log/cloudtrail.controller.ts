import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import { ApiError } from '../../kernel/errors/errors.js';
import type { AuditEvent } from '../../generated/prisma/client.js';
import { AuditLogService } from './audit-log.service.js';
import { cloudTrailName, eventSourceOf, resourceTypeOf } from './cloudtrail-names.js';
import { cloudTrailRecord } from './cloudtrail-record.js';
import { lookupEventsInput, lookupEventsOutput } from './cloudtrail.schema.js';
import { lookupAttributes } from './lookup-attributes.js';

const MAXIMUM_RESULTS = 50;

@Controller()
export class CloudTrailController {
  constructor(private readonly log: AuditLogService) {}

  @Operation({
    name: 'cloudtrail:LookupEvents',
    summary: "Look up events of the audit log in CloudTrail's format",
    description:
      'Returns the newest events first. Accepts at most one lookup attribute. A sign-in with a ' +
      'password is ConsoleLogin.',
    route: 'POST /v1/cloudtrail/lookup-events',
    accessLevel: 'List',
    input: lookupEventsInput,
    output: lookupEventsOutput,
    errors: [
      'InvalidLookupAttributesException',
      'InvalidMaxResultsException',
      'InvalidNextTokenException',
      'InvalidTimeRangeException',
    ],
  })
  async lookupEvents(input: z.output<typeof lookupEventsInput>, { tx, accountId }: OperationContext) {
    const { lookupAttributes: attributes = [], startTime, endTime, eventCategory, maxResults, nextToken } = input;
    const maxItems = maxResults ?? MAXIMUM_RESULTS;
    if (maxItems < 1 || maxItems > MAXIMUM_RESULTS) {
      throw new ApiError(
        'InvalidMaxResultsException',
        `A maxResults value of ${maxItems} is invalid. Specify 1 to 50.`,
      );
    }
    if (startTime && endTime && startTime > endTime) {
      throw new ApiError('InvalidTimeRangeException', 'The start time must be before the end time.');
    }
    const [attribute, ...others] = attributes;
    if (others.length > 0) {
      throw new ApiError('InvalidLookupAttributesException', 'You can specify only one lookup attribute.');
    }
    if (eventCategory === 'insight') return { events: [] };
    const more = attribute && lookupAttributes[attribute.attributeKey]!(attribute.attributeValue);
    const filter = { startTime, endTime, more };
    const page = await this.log.find(tx, accountId, filter, { marker: nextToken, maxItems }).catch(asTokenError);
    return {
      events: page.items.map(describe),
      ...(page.marker === undefined ? {} : { nextToken: page.marker }),
    };
  }
}

function asTokenError(error: unknown): never {
  if (!(error instanceof ApiError) || error.code !== 'ValidationError') throw error;
  throw new ApiError('InvalidNextTokenException', 'Invalid token: it must be the NextToken of an earlier response.');
}

function describe(event: AuditEvent) {
  const { resourceArn, resourceName, accessKeyId, operation } = event;
  const resourceType = resourceTypeOf(resourceArn);
  return {
    eventId: event.eventId,
    eventName: cloudTrailName(operation),
    readOnly: String(event.readOnly),
    ...(accessKeyId === null ? {} : { accessKeyId }),
    eventTime: event.eventTime,
    eventSource: eventSourceOf(operation),
    username: event.callerName,
    resources: resourceArn === '*' ? [] : [{ ...(resourceType ? { resourceType } : {}), resourceName }],
    cloudTrailEvent: JSON.stringify(cloudTrailRecord(event)),
  };
}
