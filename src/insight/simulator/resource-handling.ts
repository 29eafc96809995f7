import { parseArn } from '../../kernel/arn.js';
import { ApiError } from '../../kernel/errors/errors.js';

const instance = ['instance', 'image', 'security-group'] as const;

/** The required resources for each scenario. Source: IAM API reference, `ResourceHandlingOption`. */
const scenarios: Readonly<Record<string, readonly string[]>> = {
  'EC2-Classic-InstanceStore': instance,
  'EC2-Classic-EBS': [...instance, 'volume'],
  'EC2-VPC-InstanceStore': [...instance, 'network-interface'],
  'EC2-VPC-InstanceStore-Subnet': [...instance, 'network-interface', 'subnet'],
  'EC2-VPC-EBS': [...instance, 'network-interface', 'volume'],
  'EC2-VPC-EBS-Subnet': [...instance, 'network-interface', 'subnet', 'volume'],
};

/** @throws ApiError InvalidInput for an unknown scenario, or if a required resource is not simulated */
export function checkResourceHandling(option: string | undefined, resources: readonly string[]): void {
  if (option === undefined) return;
  const needed = Object.hasOwn(scenarios, option) ? scenarios[option]! : undefined;
  if (!needed) {
    const known = Object.keys(scenarios).join(', ');
    throw new ApiError('InvalidInput', `ResourceHandlingOption must be one of: ${known}.`);
  }
  const given = new Set(
    resources.map((resource) => {
      const arn = parseArn(resource);
      return arn?.service === 'ec2' ? arn.resource.split('/')[0] : undefined;
    }),
  );
  const absent = needed.filter((type) => !given.has(type));
  if (absent.length === 0) return;
  throw new ApiError('InvalidInput', `The scenario ${option} requires resources of these types: ${absent.join(', ')}.`);
}
