import { z } from 'zod';

const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

/** Source: CloudTrail API reference, LookupEvents. */
export const lookupEventsInput = z.strictObject({
  /** At most one, as on AWS. */
  lookupAttributes: z
    .array(
      z.strictObject({
        attributeKey: z.enum([
          'EventId',
          'EventName',
          'ReadOnly',
          'Username',
          'ResourceType',
          'ResourceName',
          'EventSource',
          'AccessKeyId',
        ]),
        attributeValue: z.string().min(1).max(2000),
      }),
    )
    .max(10)
    .optional(),
  startTime: time.optional(),
  endTime: time.optional(),
  /** Insights are not computed: the response is empty. */
  eventCategory: z.enum(['insight']).optional(),
  /** 1 to 50, by default 50. */
  maxResults: z.number().int().min(-1000).max(1_000_000).optional(),
  nextToken: z.string().min(1).max(2048).optional(),
});

export const lookupEventsOutput = z.object({
  events: z.array(
    z
      .object({
        eventId: z.string(),
        eventName: z.string(),
        /** `true` or `false` */
        readOnly: z.string(),
        accessKeyId: z.string().optional(),
        eventTime: z.date(),
        eventSource: z.string(),
        username: z.string().optional(),
        resources: z.array(z.object({ resourceType: z.string().optional(), resourceName: z.string() })),
        /** The record in CloudTrail's format, as JSON text. */
        cloudTrailEvent: z.string(),
      })
      .meta({ id: 'CloudTrailEvent' }),
  ),
  nextToken: z.string().optional(),
});
