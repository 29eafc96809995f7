import * as fc from 'fast-check';
import type { AuthorizationRequest, PolicySet, RequestPrincipal } from '../../src/index.js';
import type { NaivePolicy, NaivePrincipal, NaiveStatement } from '../naive/policy.js';

/**
 * Policies and requests from a small world, so that about half of the decisions are not trivial: few accounts, names
 * and keys, and patterns that are often one character away from matching.
 */
const accounts = ['111111111111', '222222222222'] as const;
const account = fc.constantFrom(...accounts);

const resources = [
  '*',
  'arn:aws:s3:::logs',
  'arn:aws:s3:::logs/ana/a:b',
  'arn:aws:s3:::logs/bob/x',
  'arn:aws:orders:eu-1:111111111111:order/1',
  'arn:aws:orders:eu-1:222222222222:order/12',
  'arn:aws:orders:us-1:111111111111:order/ana/2',
  'arn:aws:iam::111111111111:user/ana',
  'arn:aws:iam::222222222222:role/reader',
];
const actions = ['s3:GetObject', 's3:PutObject', 's3:GetBucket', 'orders:Create', 'orders:Get', 'iam:GetUser'];

const actionPattern = fc.constantFrom(
  ...actions,
  '*',
  's3:*',
  's3:Get*',
  'S3:getobject',
  's3:?etObject',
  '*:Get*',
  'orders:*',
  'iam:Get?ser',
);
const resourcePattern = fc.constantFrom(
  ...resources,
  'arn:aws:s3:::logs*',
  'arn:aws:s3:::logs/${aws:username}/*',
  'arn:aws:s3:::logs/${aws:nothing}/*',
  "arn:aws:s3:::logs/${aws:nothing, 'bob'}/*",
  'arn:aws:s3:::logs/${*}',
  'arn:aws:orders:*:111111111111:order/*',
  'arn:aws:orders:eu-?:*:order/1?',
  'arn:aws:orders:eu-1:*',
  'arn:aws:orders:*',
  'arn:aws:orders',
  'arn:aws:orders:',
  'arn:aws:orders:eu-?',
  'arn:aws:orders:*:order/1',
  'arn:aws:orders:${aws:username}',
  'arn:aws:orders:${aws:username}:*:order/*',
  'arn:aws:s3:::logs/${aws:username}*',
  'arn:aws:orders:*1:11111111*:order/?',
  'arn:aws:iam::*:user/${aws:username}',
);

const texts = ['ana', 'bob', 'an', 'Ana', 'a*', 'a?a', '', 'x,y', 'eu:111111111111'];
const numbers = ['0', '1', '10', '-1', '1.5', '9007199254740993', '9007199254740992', 'ten'];
const dates = ['2026-01-01T00:00:00Z', '2026-01-01', '2027-06-01T12:00:00Z', '1767225600', 'soon'];
const addresses = ['10.0.0.1', '10.0.1.1', '192.168.0.1', 'nowhere'];
const ranges = ['10.0.0.0/24', '10.0.0.1', '0.0.0.0/0', '192.168.0.0/16'];
const arns = ['arn:aws:sns:eu:111111111111:topic', 'arn:aws:iam::111111111111:role/reader', 'no-arn'];
const arnPatterns = [
  'arn:aws:sns:*:111111111111:t*',
  'arn:aws:iam::*:role/*',
  'arn:aws:sns:${aws:username}:*:topic',
  arns[0]!,
  '*',
];

/** A key of the request, the operators for it, and values for policies. */
const keyKinds = [
  {
    keys: ['aws:username', 'aws:PrincipalTag/Team', 'orders:Name'],
    operators: [
      'StringEquals',
      'StringNotEquals',
      'StringEqualsIgnoreCase',
      'StringNotEqualsIgnoreCase',
      'StringLike',
      'StringNotLike',
    ],
    actual: texts,
    expected: [...texts, '${aws:username}', '${aws:username}*', '${aws:nothing}', "${aws:nothing, 'ana'}"],
  },
  {
    keys: ['orders:Count'],
    operators: [
      'NumericEquals',
      'NumericNotEquals',
      'NumericLessThan',
      'NumericLessThanEquals',
      'NumericGreaterThan',
      'NumericGreaterThanEquals',
    ],
    actual: numbers,
    expected: numbers.slice(0, -1),
  },
  {
    keys: ['aws:CurrentTime'],
    operators: [
      'DateEquals',
      'DateNotEquals',
      'DateLessThan',
      'DateLessThanEquals',
      'DateGreaterThan',
      'DateGreaterThanEquals',
    ],
    actual: dates,
    expected: dates.slice(0, -1),
  },
  {
    keys: ['aws:SecureTransport'],
    operators: ['Bool'],
    actual: ['true', 'false', 'TRUE', 'yes'],
    expected: ['true', 'false'],
  },
  {
    keys: ['orders:Digest'],
    operators: ['BinaryEquals'],
    actual: ['QQ==', 'Qg==', 'plain text'],
    expected: ['QQ==', 'Qg=='],
  },
  { keys: ['aws:SourceIp'], operators: ['IpAddress', 'NotIpAddress'], actual: addresses, expected: ranges },
  {
    keys: ['aws:SourceArn'],
    operators: ['ArnLike', 'ArnEquals', 'ArnNotLike', 'ArnNotEquals'],
    actual: arns,
    expected: arnPatterns,
  },
] as const;

const condition = fc.constantFrom(...keyKinds).chain(({ keys, operators, expected }) =>
  fc
    .record({
      key: fc.constantFrom<string>(...keys).chain((key) => fc.constantFrom(key, key.toUpperCase(), key.toLowerCase())),
      operator: fc.constantFrom<string>(...operators),
      prefix: fc.constantFrom('', '', '', 'ForAllValues:', 'ForAnyValue:'),
      suffix: fc.constantFrom('', '', 'IfExists'),
      isNull: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
      values: fc.uniqueArray(fc.constantFrom<string>(...expected), { minLength: 1, maxLength: 3 }),
      presence: fc.constantFrom('true', 'false'),
    })
    .map(({ key, operator, prefix, suffix, isNull, values, presence }) =>
      isNull ? { Null: { [key]: presence } } : { [`${prefix}${operator}${suffix}`]: { [key]: values } },
    ),
);

/** Two conditions may have the same operator: the later keys are then added to the earlier ones. */
const conditions = fc.array(condition, { maxLength: 2 }).map((list) => {
  const merged: Record<string, Record<string, string | string[]>> = {};
  for (const entry of list) {
    for (const [operator, keys] of Object.entries(entry)) {
      const names = new Set(Object.keys(merged[operator] ?? {}).map((key) => key.toLowerCase()));
      const added = Object.entries(keys as Record<string, string[]>).filter(([key]) => !names.has(key.toLowerCase()));
      merged[operator] = { ...merged[operator], ...Object.fromEntries(added) };
    }
  }
  return merged;
});

const users = accounts.flatMap((id) => ['ana', 'bob'].map((name) => `arn:aws:iam::${id}:user/${name}`));
const roles = accounts.map((id) => `arn:aws:iam::${id}:role/reader`);
const sessions = accounts.map((id) => `arn:aws:sts::${id}:assumed-role/reader/ana`);
const federated = accounts.map((id) => `arn:aws:sts::${id}:federated-user/ana`);
const services = ['orders.example.com', 'lambda.amazonaws.com'];
const providers = ['accounts.google.com', 'arn:aws:iam::111111111111:saml-provider/corp'];

const principalElement: fc.Arbitrary<NaivePrincipal> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<NaivePrincipal>('*') },
  {
    weight: 6,
    arbitrary: fc
      .uniqueArray(
        fc.constantFrom(
          ...users,
          ...roles,
          ...sessions,
          ...federated,
          ...accounts,
          ...accounts.map((id) => `arn:aws:iam::${id}:root`),
        ),
        { minLength: 1, maxLength: 3 },
      )
      .map((AWS): NaivePrincipal => ({ AWS })),
  },
  { weight: 1, arbitrary: fc.constantFrom(...services).map((Service): NaivePrincipal => ({ Service })) },
  { weight: 1, arbitrary: fc.constantFrom(...providers).map((Federated): NaivePrincipal => ({ Federated })) },
);

type Kind = 'identity' | 'resource' | 'trust';
const trustActions = ['sts:AssumeRole', 'sts:TagSession'];

function statementOf(kind: Kind): fc.Arbitrary<NaiveStatement> {
  const names = kind === 'trust' ? fc.constantFrom(...trustActions) : actionPattern;
  return fc
    .record({
      Effect: fc.constantFrom<'Allow' | 'Deny'>('Allow', 'Allow', 'Deny'),
      actions: fc.uniqueArray(names, { minLength: 1, maxLength: 3 }),
      resources: fc.uniqueArray(resourcePattern, { minLength: 1, maxLength: 3 }),
      notAction: fc.integer({ min: 0, max: 5 }).map((number) => number === 0),
      notResource: fc.integer({ min: 0, max: 5 }).map((number) => number === 0),
      notPrincipal: fc.integer({ min: 0, max: 3 }).map((number) => number === 0),
      principal: principalElement,
      Condition: conditions,
    })
    .map(
      ({
        Effect,
        actions: Action,
        resources: Resource,
        notAction,
        notResource,
        notPrincipal,
        principal,
        Condition,
      }) => ({
        Effect,
        ...(notAction && kind !== 'trust' ? { NotAction: Action } : { Action }),
        ...(kind === 'trust' ? {} : notResource ? { NotResource: Resource } : { Resource }),
        ...(kind === 'identity'
          ? {}
          : notPrincipal && kind === 'resource' && Effect === 'Deny' && principal !== '*'
            ? { NotPrincipal: principal }
            : { Principal: principal }),
        ...(Object.keys(Condition).length > 0 ? { Condition } : {}),
      }),
    );
}

export function policyOf(kind: Kind): fc.Arbitrary<NaivePolicy> {
  return fc.record({
    Version: fc.constantFrom('2012-10-17', '2012-10-17', '2012-10-17', '2008-10-17'),
    Statement: fc.array(statementOf(kind), { minLength: 1, maxLength: 4 }),
  });
}

const level = fc.array(policyOf('identity'), { minLength: 1, maxLength: 2 });
const allowAll: NaivePolicy = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };

/** Most requests have few layers: every layer must allow, so with too many everything would be denied. */
export const policySets: fc.Arbitrary<PolicySet<NaivePolicy>> = fc
  .record({
    identity: fc.array(policyOf('identity'), { maxLength: 3 }),
    resource: fc.option(policyOf('resource'), { freq: 1 }),
    permissionsBoundary: fc.option(fc.oneof(policyOf('identity'), fc.constant(allowAll)), { freq: 2 }),
    session: fc.option(
      fc.array(fc.oneof(policyOf('identity'), fc.constant(allowAll)), { minLength: 1, maxLength: 2 }),
      { freq: 2 },
    ),
    serviceControl: fc.option(fc.array(fc.oneof(level, fc.constant([allowAll])), { maxLength: 2 }), { freq: 1 }),
    resourceControl: fc.option(fc.array(fc.oneof(level, fc.constant([allowAll])), { maxLength: 2 }), { freq: 1 }),
  })
  .map(
    (set) =>
      Object.fromEntries(
        Object.entries(set).filter(([, layer]) => layer !== null),
      ) as unknown as PolicySet<NaivePolicy>,
  );

const principals: fc.Arbitrary<RequestPrincipal> = fc.oneof(
  {
    weight: 4,
    arbitrary: account.map((id): RequestPrincipal => ({
      type: 'user',
      accountId: id,
      arn: `arn:aws:iam::${id}:user/ana`,
    })),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(account, fc.option(fc.constantFrom(...providers)))
      .map(([id, federatedProvider]): RequestPrincipal => ({
        type: 'assumedRole',
        accountId: id,
        arn: `arn:aws:sts::${id}:assumed-role/reader/ana`,
        roleArn: `arn:aws:iam::${id}:role/reader`,
        ...(federatedProvider === null ? {} : { federatedProvider }),
      })),
  },
  {
    weight: 1,
    arbitrary: account.map((id): RequestPrincipal => ({ type: 'root', accountId: id, arn: `arn:aws:iam::${id}:root` })),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(account, fc.constantFrom('user/bob', 'root')).map(([id, by]): RequestPrincipal => ({
      type: 'federatedUser',
      accountId: id,
      arn: `arn:aws:sts::${id}:federated-user/ana`,
      userArn: `arn:aws:iam::${id}:${by}`,
    })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...services).map((name): RequestPrincipal => ({ type: 'service', names: [name] })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(...providers)
      .map((provider): RequestPrincipal => ({ type: 'federatedIdentity', provider })),
  },
  { weight: 1, arbitrary: fc.constant<RequestPrincipal>({ type: 'anonymous' }) },
);

const contextEntries = fc.tuple(
  ...keyKinds.flatMap(({ keys, actual }) =>
    keys.map((key) =>
      fc
        .oneof(
          { weight: 2, arbitrary: fc.constant<string | string[] | undefined>(undefined) },
          { weight: 4, arbitrary: fc.constantFrom<string | string[] | undefined>(...actual) },
          {
            weight: 1,
            arbitrary: fc.uniqueArray(fc.constantFrom<string>(...actual), { maxLength: 3 }),
          },
        )
        .map((value) => [key.toLowerCase(), value] as const),
    ),
  ),
);

const contexts = contextEntries.map(
  (entries) =>
    new Map(entries.filter((entry): entry is readonly [string, string | string[]] => entry[1] !== undefined)),
);

export const requests: fc.Arbitrary<AuthorizationRequest> = fc
  .record({
    principal: principals,
    action: fc.constantFrom(...actions, 'S3:GETOBJECT'),
    resource: fc.constantFrom(...resources),
    resourceAccountId: fc.option(account, { freq: 1 }),
    context: contexts,
  })
  .map(({ resourceAccountId, ...request }) => ({
    ...request,
    ...(resourceAccountId === null ? {} : { resourceAccountId }),
  }));

export const trustRequests: fc.Arbitrary<AuthorizationRequest> = fc
  .record({
    principal: principals,
    action: fc.constantFrom('sts:AssumeRole', 'sts:TagSession'),
    resource: fc.constantFrom(...roles),
    context: contexts,
  })
  .map((request) => request);
