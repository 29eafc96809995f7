import { Global, Module } from '@nestjs/common';
import { TagSearchService } from './tag-search.service.js';
import { TaggableResources } from './taggable-resources.js';
import { TaggingApiController } from './tagging-api.controller.js';

/** What is common to the tags of all kinds of things: the register of kinds, and the search in them. */
@Global()
@Module({
  controllers: [TaggingApiController],
  providers: [TaggableResources, TagSearchService],
  exports: [TaggableResources],
})
export class TagsModule {}
