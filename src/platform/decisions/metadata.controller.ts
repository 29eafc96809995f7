import { Controller, Get } from '@nestjs/common';
import { Public } from '../../access/actions/public.decorator.js';
import { Settings } from '../../kernel/config/settings.js';

@Controller()
export class MetadataController {
  constructor(private readonly settings: Settings) {}

  /**
   * Metadata of the decision API: OpenID AuthZEN Authorization API 1.0 §9. Endpoints that are not listed are not
   * supported.
   */
  @Public()
  @Get('/.well-known/authzen-configuration')
  metadata() {
    const { publicUrl } = this.settings;
    return {
      policy_decision_point: publicUrl,
      access_evaluation_endpoint: `${publicUrl}/access/v1/evaluation`,
      access_evaluations_endpoint: `${publicUrl}/access/v1/evaluations`,
      search_subject_endpoint: `${publicUrl}/access/v1/search/subject`,
      search_resource_endpoint: `${publicUrl}/access/v1/search/resource`,
      search_action_endpoint: `${publicUrl}/access/v1/search/action`,
    };
  }
}
