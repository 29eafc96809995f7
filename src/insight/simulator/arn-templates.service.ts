import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../operations/declaration.js';
import { hasFormat } from '../../platform/services/arn-formats.js';
import { definitionColumn } from '../../platform/services/service-definition.schema.js';
import type { Simulation } from './simulation.js';

type Formats = readonly string[];

/**
 * For IAM's resource types. Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS
 * IAM".
 */
const IAM_FORMATS: Formats = [
  'user/${UserNameWithPath}',
  'group/${GroupNameWithPath}',
  'role/${RoleNameWithPath}',
  'policy/${PolicyNameWithPath}',
  'instance-profile/${InstanceProfileNameWithPath}',
  'mfa/${MfaTokenIdWithPath}',
  'oidc-provider/${OidcProviderName}',
  'saml-provider/${SamlProviderName}',
  'server-certificate/${CertificateNameWithPath}',
].map((resource) => `arn:\${Partition}:iam::\${Account}:${resource}`);

/** By prefix; STS acts on users and roles. */
const OWN_FORMATS: ReadonlyMap<string, Formats> = new Map([
  ['iam', IAM_FORMATS],
  ['sts', IAM_FORMATS.filter((format) => /:(?:user|role)\//.test(format))],
]);

/**
 * The resource name in results for several resources: the ARN format of their type, for types of IAM, STS and
 * registered services.
 */
@Injectable()
export class ArnTemplates {
  /** @returns the simulation with the formats that all its resources match */
  async addTo(
    { tx, partition }: Pick<OperationContext, 'tx' | 'partition'>,
    simulation: Simulation,
  ): Promise<Simulation> {
    const { actions, resources } = simulation;
    if (resources.length < 2) return simulation;
    const formatsOf = await this.formats(tx, new Set(actions.map(prefixOf)));
    // Many actions have the same resource types.
    const known = new Map<string, string | undefined>();
    const templates = new Map<string, string>();
    for (const action of actions) {
      const formats = formatsOf(action);
      const id = formats.join(' ');
      if (!known.has(id)) known.set(id, commonFormat(formats, resources));
      const template = known.get(id);
      if (template !== undefined) templates.set(action, template.replaceAll('${Partition}', partition));
    }
    return { ...simulation, templates };
  }

  private async formats(
    tx: OperationContext['tx'],
    prefixes: ReadonlySet<string>,
  ): Promise<(action: string) => Formats> {
    const services = await tx.service.findMany({ where: { prefix: { in: [...prefixes] } } });
    const ofActions = new Map<string, Formats>();
    for (const { prefix, definition } of services) {
      const { actions, resourceTypes = [] } = definitionColumn.read(definition);
      const ofTypes = new Map(resourceTypes.map(({ name, arnFormats }) => [name, arnFormats]));
      for (const { name, resourceTypes: types = [] } of actions) {
        const formats = types.flatMap((type) => ofTypes.get(type) ?? []);
        ofActions.set(`${prefix}:${name}`.toLowerCase(), formats);
      }
    }
    return (action) => OWN_FORMATS.get(prefixOf(action)) ?? ofActions.get(action.toLowerCase()) ?? [];
  }
}

function commonFormat(formats: Formats, resources: Simulation['resources']): string | undefined {
  return formats.find((format) => resources.every(({ name }) => hasFormat(name, format)));
}

function prefixOf(action: string): string {
  return action.slice(0, action.indexOf(':')).toLowerCase();
}
