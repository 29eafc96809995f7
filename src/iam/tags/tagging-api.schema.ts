import { z } from 'zod';

/** Source: Resource Groups Tagging API reference, GetResources, GetTagKeys, GetTagValues. */
const paginationToken = z.string().max(2048).optional();
const key = z.string().min(1).max(128);

export const getResourcesInput = z.strictObject({
  paginationToken,
  tagFilters: z
    .array(z.strictObject({ key, values: z.array(z.string().max(256)).max(20).optional() }))
    .max(50)
    .optional(),
  /** 1 to 100, by default 50. */
  resourcesPerPage: z.number().int().min(-1000).max(1_000_000).optional(),
  /** 100 to 500. Pages are split between resources, like with `resourcesPerPage`. */
  tagsPerPage: z.number().int().min(100).max(500).optional(),
  /** `iam`, or a kind such as `iam:user` */
  resourceTypeFilters: z.array(z.string().max(256)).max(100).optional(),
  resourceArnList: z.array(z.string().min(1).max(1011)).min(1).max(100).optional(),
});

export const getResourcesOutput = z.object({
  paginationToken: z.string(),
  resourceTagMappingList: z.array(
    z
      .object({ resourceArn: z.string(), tags: z.array(z.object({ key: z.string(), value: z.string() })) })
      .meta({ id: 'ResourceTagMapping' }),
  ),
});

export const getTagKeysInput = z.strictObject({ paginationToken });
export const getTagKeysOutput = z.object({ paginationToken: z.string(), tagKeys: z.array(z.string()) });
export const getTagValuesInput = z.strictObject({ paginationToken, key });
export const getTagValuesOutput = z.object({ paginationToken: z.string(), tagValues: z.array(z.string()) });
