import type { Credentials, Workload, WorkloadSource } from './workload-source.js';

/** Source: EC2 User Guide, "Instance metadata categories" and "Instance identity documents". */
const TREE: Readonly<Record<string, string>> = {
  '/latest': 'dynamic\nmeta-data',
  '/latest/dynamic': 'instance-identity/',
  '/latest/dynamic/instance-identity': 'document',
  '/latest/meta-data': 'iam/\ninstance-id',
};

const CREDENTIALS = '/latest/meta-data/iam/security-credentials';

/** @returns the text at this path; undefined if there is none (any more) */
export async function metadataAt(path: string, source: WorkloadSource): Promise<string | undefined> {
  const place = path.replace(/\/$/, '');
  if (Object.hasOwn(TREE, place)) return TREE[place];
  if (place === CREDENTIALS || place.startsWith(`${CREDENTIALS}/`)) {
    const credentials = await source.credentials();
    const role = credentials?.RoleArn.split('/').at(-1);
    if (!credentials || place === CREDENTIALS) return role;
    return place === `${CREDENTIALS}/${role}` ? credentialsDocument(credentials) : undefined;
  }
  const workload = await source.workload();
  return workload && describe(place, workload);
}

function describe(place: string, workload: Workload): string | undefined {
  switch (place) {
    case '/latest/meta-data/instance-id':
      return instanceId(workload);
    case '/latest/meta-data/iam':
      return workload.instanceProfileArn === undefined ? 'security-credentials/' : 'info\nsecurity-credentials/';
    case '/latest/meta-data/iam/info':
      return workload.instanceProfileArn === undefined ? undefined : profileDocument(workload);
    case '/latest/dynamic/instance-identity/document':
      return json({
        version: '2017-09-30',
        accountId: workload.accountId,
        instanceId: instanceId(workload),
        region: workload.resourceArn.split(':')[3],
      });
    default:
      return undefined;
  }
}

function credentialsDocument({ lastUpdated, ...given }: Credentials): string {
  const { AccessKeyId, SecretAccessKey, Token } = given;
  const times = { LastUpdated: timeOf(lastUpdated), Expiration: timeOf(new Date(given.Expiration)) };
  return json({ Code: 'Success', Type: 'AWS-HMAC', AccessKeyId, SecretAccessKey, Token, ...times });
}

function profileDocument({ instanceProfileArn, instanceProfileId }: Workload): string {
  const LastUpdated = timeOf(new Date());
  return json({
    Code: 'Success',
    LastUpdated,
    InstanceProfileArn: instanceProfileArn,
    InstanceProfileId: instanceProfileId,
  });
}

/** `i-1` for `arn:aws:compute:eu-1:123456789012:instance/i-1` */
function instanceId({ resourceArn }: Workload): string {
  return /[^:/]*$/.exec(resourceArn)![0];
}

function timeOf(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

function json(document: object): string {
  return JSON.stringify(document, null, 2);
}
