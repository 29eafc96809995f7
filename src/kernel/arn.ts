import { ApiError } from './errors/errors.js';

/** The five parts of an ARN after `arn:`. Source: AWS General Reference, "Amazon Resource Names (ARNs)". */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly accountId: string;
  /** Everything after the fifth colon; may contain colons and slashes. */
  readonly resource: string;
}

export function formatArn(arn: Arn): string {
  return `arn:${arn.partition}:${arn.service}:${arn.region}:${arn.accountId}:${arn.resource}`;
}

/** @returns undefined if the text is not an ARN */
export function parseArn(text: string): Arn | undefined {
  const parts = ARN.exec(text);
  if (!parts) return undefined;
  const [, partition = '', service = '', region = '', accountId = '', resource = ''] = parts;
  return { partition, service, region, accountId, resource };
}

const ARN = /^arn:([^:]+):([^:]+):([^:]*):([^:]*):(.+)$/s;

/**
 * For an ARN that does not name a resource of the expected type; AWS distinguishes this from text that is not an ARN.
 */
export function invalidArn(text: string): ApiError {
  return new ApiError(text.startsWith('arn:') ? 'InvalidInput' : 'ValidationError', `ARN ${text} is not valid.`);
}

/** The last part of an ARN: the name of a user, role or role session, or `root`; `*` if the text is not an ARN. */
export function arnName(arn: string): string {
  return /[^:/]*$/.exec(arn)![0] || arn;
}

/**
 * The ARN of an IAM resource: `arn:aws:iam::123456789012:user/division_abc/Jane`.
 *
 * @param path begins and ends with a slash; `/` for none
 */
export function iamArn(
  partition: string,
  accountId: string,
  type: 'user' | 'group' | 'role' | 'policy' | 'instance-profile' | 'role-template' | 'mfa' | 'server-certificate',
  path: string,
  name: string,
): string {
  return formatArn({ partition, service: 'iam', region: '', accountId, resource: `${type}${path}${name}` });
}

export function rootArn(partition: string, accountId: string): string {
  return formatArn({ partition, service: 'iam', region: '', accountId, resource: 'root' });
}

/** The ARN of a session: `arn:aws:sts::123456789012:assumed-role/deployer/ana`. */
export function stsArn(partition: string, accountId: string, resource: string): string {
  return formatArn({ partition, service: 'sts', region: '', accountId, resource });
}

/** The ARN of a resource of Gatehouse: `arn:aws:gatehouse::123456789012:session/…`. */
export function gatehouseArn(partition: string, accountId: string, resource: string): string {
  return formatArn({ partition, service: 'gatehouse', region: '', accountId, resource });
}
