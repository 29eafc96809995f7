import { Module } from '@nestjs/common';
import { TagSearchService } from './tag-search.service.js';
import { TaggableResources } from './taggable-resources.js';
import { TaggingApiController } from './tagging-api.controller.js';

/** The common part of tags: the register of kinds, and the search in them. */
@Module({
  controllers: [TaggingApiController],
  providers: [TaggableResources, TagSearchService],
  exports: [TaggableResources],
})
export class TagsModule {}
