import { z } from 'zod';
import { pagingInput, pagingOutput } from '../../kernel/paging/paging.js';
import { policyTagList, tag, tagKey, tagList } from '../../kernel/tags.js';

/**
 * Members of the tagging operations in addition to the identifier of the resource. Source: IAM API reference, TagUser.
 */
export const tagMembers = { tags: tagList };
/** For managed policies, whose keys are case-sensitive. */
export const policyTagMembers = { tags: policyTagList };
export const untagMembers = { tagKeys: z.array(tagKey).max(50) };
export const listTagsMembers = pagingInput;
export const listTagsOutput = z.object({ tags: z.array(tag), ...pagingOutput });
