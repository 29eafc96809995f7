import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { toTagList } from '../../kernel/tags.js';
import { TagSearchService } from './tag-search.service.js';
import type { TaggedResource } from './taggable-resources.js';
import {
  getResourcesInput,
  getResourcesOutput,
  getTagKeysInput,
  getTagKeysOutput,
  getTagValuesInput,
  getTagValuesOutput,
} from './tagging-api.schema.js';

const MAXIMUM_PER_PAGE = 100;
const DEFAULT_PER_PAGE = 50;
/** Resources whose keys or values form one page of GetTagKeys and GetTagValues. */
const RESOURCES_OF_A_PAGE = 100;
/** For all filters of a request together: each is a condition on each kind of resource. */
const MAXIMUM_VALUES = 50;

/** Source: AWS Resource Groups Tagging API reference. */
@Controller()
export class TaggingApiController {
  constructor(private readonly search: TagSearchService) {}

  @Operation({
    name: 'tag:GetResources',
    summary: 'Find resources by tags',
    description:
      'Returns users, roles, policies, instance profiles, MFA devices, identity providers and server ' +
      'certificates that have all of the tags. Keys and values are case-sensitive.',
    route: 'POST /v1/tagged-resources',
    accessLevel: 'Read',
    input: getResourcesInput,
    output: getResourcesOutput,
    errors: ['InvalidParameterException', 'LimitExceeded'],
  })
  async getResources(input: z.output<typeof getResourcesInput>, scope: OperationContext) {
    const { tagFilters: filters = [], resourceTypeFilters: resourceTypes = [], resourceArnList } = input;
    const { tagsPerPage: takeTags } = input;
    const take = input.resourcesPerPage ?? (takeTags === undefined ? DEFAULT_PER_PAGE : MAXIMUM_PER_PAGE);
    if (take < 1 || take > MAXIMUM_PER_PAGE) {
      throw new ApiError('InvalidParameterException', 'ResourcesPerPage must be between 1 and 100.');
    }
    const values = filters.reduce((sum, filter) => sum + Math.max(1, filter.values?.length ?? 0), 0);
    if (values > MAXIMUM_VALUES) {
      throw new ApiError(
        'LimitExceeded',
        `The tag filters contain ${values} values. Specify at most ${MAXIMUM_VALUES}.`,
      );
    }
    if (resourceArnList && (filters.length > 0 || resourceTypes.length > 0 || input.resourcesPerPage !== undefined)) {
      throw new ApiError(
        'InvalidParameterException',
        'ResourceARNList cannot be combined with TagFilters, ResourceTypeFilters or ResourcesPerPage.',
      );
    }
    if (resourceArnList)
      return { paginationToken: '', resourceTagMappingList: await this.named(scope, resourceArnList) };
    const query = { filters, resourceTypes, take, takeTags, token: input.paginationToken };
    const { resources, token } = await this.search.find(scope, query);
    return { paginationToken: token, resourceTagMappingList: resources.map(describe) };
  }

  @Operation({
    name: 'tag:GetTagKeys',
    summary: 'List all tag keys',
    route: 'GET /v1/tag-keys',
    accessLevel: 'Read',
    input: getTagKeysInput,
    output: getTagKeysOutput,
    errors: ['InvalidParameterException'],
  })
  async getTagKeys({ paginationToken }: z.output<typeof getTagKeysInput>, scope: OperationContext) {
    const query = { filters: [], resourceTypes: [], take: RESOURCES_OF_A_PAGE, token: paginationToken };
    const { resources, token } = await this.search.find(scope, query);
    return { paginationToken: token, tagKeys: distinct(resources.flatMap(({ tags }) => Object.keys(tags))) };
  }

  @Operation({
    name: 'tag:GetTagValues',
    summary: 'List all values of a tag key',
    route: 'GET /v1/tag-values',
    accessLevel: 'Read',
    input: getTagValuesInput,
    output: getTagValuesOutput,
    errors: ['InvalidParameterException'],
  })
  async getTagValues({ paginationToken, key }: z.output<typeof getTagValuesInput>, scope: OperationContext) {
    const query = { filters: [{ key }], resourceTypes: [], take: RESOURCES_OF_A_PAGE, token: paginationToken };
    const { resources, token } = await this.search.find(scope, query);
    return { paginationToken: token, tagValues: distinct(resources.map(({ tags }) => tags[key]!)) };
  }

  /** The ARNs that exist and have tags. */
  private async named(scope: OperationContext, arns: readonly string[]) {
    const wanted = new Set(arns);
    // `user` of `arn:aws:iam::123456789012:user/ana`
    const resourceTypes = [...new Set(arns.map((arn) => `iam:${arnType(arn)}`))];
    const found: TaggedResource[] = [];
    let token: string | undefined;
    do {
      const page = await this.search.find(scope, { filters: [], resourceTypes, take: RESOURCES_OF_A_PAGE, token });
      found.push(...page.resources.filter(({ arn }) => wanted.has(arn)));
      ({ token } = page);
    } while (token !== '' && found.length < wanted.size);
    return found.map(describe);
  }
}

function describe({ arn, tags }: TaggedResource) {
  return { resourceArn: arn, tags: toTagList(tags) };
}

function arnType(arn: string): string {
  return arn.split(':')[5]?.split('/', 1)[0] ?? '';
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}
