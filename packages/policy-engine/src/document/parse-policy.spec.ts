import type { PolicyKind } from '../model.js';
import { parsePolicy, type ParseOptions } from './parse-policy.js';
import { policySize } from './policy-size.js';

const LEGACY = 'The policy failed legacy parsing';
const SYNTAX = 'Syntax errors in policy.';
const VENDOR = 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';
const NO_ACTIONS = 'Policy statement must contain actions.';
const NO_RESOURCES = 'Policy statement must contain resources.';
const TRUST_ACTIONS =
  'Trust Policy statement actions can only be sts:AssumeRole, sts:AssumeRoleWithSAML,  and sts:AssumeRoleWithWebIdentity';
const STS_ONLY = 'AssumeRole policy may only specify STS AssumeRole actions.';
const IAM_PATH =
  'IAM resource path must either be "*", root, or start with user/, federated-user/, role/, group/, instance-profile/, mfa/, ' +
  'server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/.';

const allow = { Effect: 'Allow', Action: 'orders:GetOrder', Resource: '*' };
const trust = { Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'sts:AssumeRole' };
const resource = { Effect: 'Allow', Principal: '*', Action: 'orders:GetOrder', Resource: '*' };

function parse(document: unknown, kind: PolicyKind = 'identity', options?: ParseOptions) {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  return parsePolicy(text, kind, options);
}

function statement(parts: object, kind: PolicyKind = 'identity', base: object = allow) {
  return parse({ Version: '2012-10-17', Statement: [{ ...base, ...parts }] }, kind);
}

function refusal(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('The policy was accepted.');
}

describe('a document', () => {
  it.each([
    ['is not JSON', '{', ''],
    ['is a list', [], ''],
    ['is text', '"x"', ''],
    ['has an unknown element', { Version: '2012-10-17', Statement: [allow], Extra: 1 }, 'Extra'],
    ['has a misspelt element', { version: '2012-10-17', Statement: [allow] }, 'version'],
    ['has an unknown version', { Version: '2012-10-18', Statement: [allow] }, 'Version'],
    ['has a version of the wrong type', { Version: 2012, Statement: [allow] }, 'Version'],
    ['has an id of the wrong type', { Id: {}, Statement: [allow] }, 'Id'],
    ['has no statement', { Version: '2012-10-17' }, 'Statement'],
    ['has an empty list of statements', { Statement: [] }, 'Statement'],
    ['has a statement of the wrong type', { Statement: [allow, 'x'] }, 'Statement[1]'],
    ['has __proto__', '{"__proto__":{},"Statement":[]}', '__proto__'],
  ])('is refused when it %s', (_, document, path) => {
    expect(refusal(() => parse(document))).toMatchObject({ code: 'MalformedPolicyDocument', message: SYNTAX, path });
  });

  it('is refused when it is longer than the API takes', () => {
    expect(refusal(() => parse(' '.repeat(131_072) + JSON.stringify({ Statement: allow })))).toMatchObject({
      message: SYNTAX,
    });
  });

  it('may have one statement without a list, an old version or none, and an id', () => {
    expect(parse({ Statement: allow })).toMatchObject({ kind: 'identity', statements: [{ effect: 'Allow' }] });
    expect(parse({ Statement: allow })).not.toHaveProperty('version');
    expect(parse({ Version: '2008-10-17', Id: 'x', Statement: [allow] })).toMatchObject({
      version: '2008-10-17',
      id: 'x',
    });
  });

  it('must be of the current version where AWS asks for it', () => {
    const error = refusal(() => parse({ Statement: allow }, 'identity', { requireCurrentVersion: true }));
    expect(error).toMatchObject({ message: 'Policy document must be version 2012-10-17 or greater.', path: 'Version' });
  });

  it('has statement ids once each', () => {
    const twice = {
      Statement: [
        { ...allow, Sid: 'a' },
        { ...allow, Sid: 'a' },
      ],
    };
    expect(refusal(() => parse(twice))).toMatchObject({
      message: 'Statement IDs (SID) in a single policy must be unique.',
      path: 'Statement[1].Sid',
    });
    expect(
      parse({
        Statement: [
          { ...allow, Sid: '' },
          { ...allow, Sid: '' },
        ],
      }).statements,
    ).toHaveLength(2);
  });

  it('keeps the position of each statement', () => {
    const text =
      '{"Statement": [\n  {"Effect":"Allow","Action":"*","Resource":"*"},\n{"Effect":"Deny",\n"Action":"*","Resource":"*"}]}';
    expect(parse(text).statements.map((parsed) => parsed.position)).toEqual([
      { start: { line: 2, column: 3 }, end: { line: 2, column: 49 } },
      { start: { line: 3, column: 1 }, end: { line: 4, column: 29 } },
    ]);
  });

  it('is measured without its white space', () => {
    expect(policySize('{ "a" :\t"b c" }\r\n')).toBe('{"a":"bc"}'.length);
  });
});

describe('a statement of an identity-based policy', () => {
  it.each([
    ['an unknown element', { Conditions: {} }, SYNTAX, 'Statement[0].Conditions'],
    ['no effect', { Effect: undefined }, SYNTAX, 'Statement[0].Effect'],
    ['an unknown effect', { Effect: 'Permit' }, SYNTAX, 'Statement[0].Effect'],
    ['an effect in the wrong case', { Effect: 'allow' }, LEGACY, 'Statement[0].Effect'],
    ['a sid of the wrong type', { Sid: 1 }, SYNTAX, 'Statement[0].Sid'],
    [
      'a sid with other characters',
      { Sid: 'a b' },
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
      'Statement[0].Sid',
    ],
    ['no action', { Action: undefined }, NO_ACTIONS, 'Statement[0]'],
    ['no action in the list', { Action: [] }, NO_ACTIONS, 'Statement[0].Action'],
    ['no action in a NotAction list', { Action: undefined, NotAction: [] }, NO_ACTIONS, 'Statement[0].NotAction'],
    ['both Action and NotAction', { NotAction: '*' }, SYNTAX, 'Statement[0].NotAction'],
    ['an action of the wrong type', { Action: { a: 1 } }, SYNTAX, 'Statement[0].Action'],
    ['null among the actions', { Action: ['orders:Get', null] }, SYNTAX, 'Statement[0].Action[1]'],
    ['an action without a vendor', { Action: ['orders:Get', 'Get'] }, VENDOR, 'Statement[0].Action[1]'],
    ['an empty action', { Action: '' }, VENDOR, 'Statement[0].Action[0]'],
    ['two colons', { Action: 'a:b:c' }, 'Actions/Condition can contain only one colon.', 'Statement[0].Action[0]'],
    ['a strange vendor', { Action: 'a_b:c' }, 'Vendor a_b is not valid', 'Statement[0].Action[0]'],
    ['a vendor with a wildcard', { Action: 'or*:Get' }, 'Vendor or* is not valid', 'Statement[0].Action[0]'],
    ['no resource', { Resource: undefined }, NO_RESOURCES, 'Statement[0]'],
    ['no resource in the list', { Resource: [] }, NO_RESOURCES, 'Statement[0].Resource'],
    ['both Resource and NotResource', { NotResource: '*' }, SYNTAX, 'Statement[0].NotResource'],
    ['a principal', { Principal: '*' }, 'Policy document should not specify a principal.', 'Statement[0].Principal'],
    [
      'a negated principal',
      { NotPrincipal: '*' },
      'Policy document should not specify a principal.',
      'Statement[0].NotPrincipal',
    ],
  ])('is refused with %s', (_, parts, message, path) => {
    expect(refusal(() => statement(parts))).toMatchObject({ message, path });
  });

  it.each([
    ['adf', 'Resource adf must be in ARN format or "*".'],
    ['', 'Resource  must be in ARN format or "*".'],
    ['urn:x:y:z', 'Partition "x" is not valid for resource "arn:x:y:z:*:*".'],
    ['urn:aws:orders:::x', 'Resource urn:aws:orders:::x must be in ARN format or "*".'],
    ['arn:foo', 'Partition "foo" is not valid for resource "arn:foo:*:*:*:*".'],
    ['arn:foo::', LEGACY],
    ['a:foo::', 'Partition "foo" is not valid for resource "arn:foo:::*:*".'],
    ['arn:foo:bar:baz:1:a:b', 'Partition "foo" is not valid for resource "arn:foo:bar:baz:1:a:b".'],
    ['arn:aws', 'Resource vendor must be fully qualified and cannot contain regexes.'],
    ['arn:*', 'Resource vendor must be fully qualified and cannot contain regexes.'],
    ['arn:aws:*:::x', 'Resource vendor must be fully qualified and cannot contain regexes.'],
    ['arn:aws::::x', LEGACY],
    ['arn:aws:s3::bucket', LEGACY],
    ['arn:aws:s3:us-east-1::bucket', 'Resource arn:aws:s3:us-east-1::bucket can not contain region information.'],
    [
      'arn:aws:iam:us-east-1:111122223333:user/a',
      'IAM resource arn:aws:iam:us-east-1:111122223333:user/a cannot contain region information.',
    ],
    ['arn:aws:iam::111122223333:users/a', IAM_PATH],
    ['arn:aws:orders:::${aws:username', SYNTAX],
    ['arn:aws:orders:::${}', SYNTAX],
    ['arn:aws:orders:::${a, b}', SYNTAX],
    ["arn:aws:orders:::${a, 'b}", SYNTAX],
  ])('is refused with resource %j', (pattern, message) => {
    expect(refusal(() => statement({ Resource: pattern }))).toMatchObject({
      message,
      path: 'Statement[0].Resource[0]',
    });
  });

  it('names the smallest of several bad resources, as AWS does', () => {
    expect(refusal(() => statement({ NotResource: ['b', '*', 'a'], Resource: undefined }))).toMatchObject({
      message: 'Resource a must be in ARN format or "*".',
      path: 'Statement[0].NotResource[2]',
    });
  });

  it.each([
    '*',
    'arn:aws:orders:*:*:order/*',
    'arn:*:orders:::x',
    'arn:aws:orders:*',
    'arn:aws:iam::*:user/${aws:username}',
    'arn:aws:iam::111122223333:*',
    'arn:aws:s3:us-east-1:111122223333:accesspoint/a',
    "arn:aws:orders:::${aws:PrincipalTag/cost center, 'it''s'}/${*}${?}${$}",
    'arn:aws-us-gov:orders:::x',
  ])('accepts resource %j', (pattern) => {
    expect(statement({ Resource: pattern }).statements[0]?.resource).toEqual({ negated: false, patterns: [pattern] });
  });

  it('accepts the partition of the installation', () => {
    const document = { Statement: { ...allow, Resource: 'arn:cloud:orders:::x' } };
    expect(refusal(() => parse(document))).toBeDefined();
    expect(parse(document, 'identity', { partition: 'cloud' }).statements).toHaveLength(1);
  });

  it.each(['arn:aws:orders:${aws:RequestedRegion}:1:order/x', 'arn:aws:iam::${aws:PrincipalAccount}:user/x'])(
    'takes the colon of a variable for no border between fields in %j',
    (pattern) => {
      expect(statement({ Resource: pattern }).statements).toHaveLength(1);
    },
  );

  it('takes ${ literally in a version without variables', () => {
    expect(parse({ Statement: { ...allow, Resource: 'arn:aws:orders:::${' } }).statements).toHaveLength(1);
  });
});

describe('an ARN with fewer than six fields', () => {
  const pattern = 'arn:aws:orders';
  const refused = { message: `Resource ${pattern} must be in ARN format or "*".`, path: 'Statement[0].Resource[0]' };
  const document = (base: object) => ({ Version: '2012-10-17', Statement: [{ ...base, Resource: pattern }] });

  it('is accepted in an identity-based policy and refused where whole ARNs are asked for', () => {
    expect(parse(document(allow)).statements).toHaveLength(1);
    expect(refusal(() => parse(document(allow), 'identity', { completeArnsOnly: true }))).toMatchObject(refused);
    expect(parse({ Statement: allow }, 'identity', { completeArnsOnly: true }).statements).toHaveLength(1);
  });

  it('is refused in a resource-based policy, unless that was stored before', () => {
    expect(refusal(() => parse(document(resource), 'resource'))).toMatchObject(refused);
    expect(parse(document(resource), 'resource', { stored: true }).statements).toHaveLength(1);
  });
});

describe('a condition', () => {
  it.each([
    ['is not an object', [], SYNTAX, 'Condition'],
    ['has an unknown operator', { StringMatches: { 'a:b': 'c' } }, SYNTAX, 'Condition.StringMatches'],
    ['has an operator in the wrong case', { stringEquals: { 'a:b': 'c' } }, SYNTAX, 'Condition.stringEquals'],
    [
      'has a key twice in different case',
      { StringEquals: { 'a:b': 'c', 'A:B': 'd' } },
      SYNTAX,
      'Condition.StringEquals.A:B',
    ],
    ['has an unknown set prefix', { 'ForSome:StringEquals': { 'a:b': 'c' } }, SYNTAX, 'Condition.ForSome:StringEquals'],
    ['has IfExists on Null', { NullIfExists: { 'a:b': 'true' } }, SYNTAX, 'Condition.NullIfExists'],
    ['has a set prefix on Null', { 'ForAnyValue:Null': { 'a:b': 'true' } }, SYNTAX, 'Condition.ForAnyValue:Null'],
    ['has IfExists twice', { BoolIfExistsIfExists: { 'a:b': 'true' } }, SYNTAX, 'Condition.BoolIfExistsIfExists'],
    ['has keys that are no object', { Bool: ['a:b'] }, SYNTAX, 'Condition.Bool'],
    ['has null among the values', { StringEquals: { 'a:b': ['c', null] } }, SYNTAX, 'Condition.StringEquals.a:b[1]'],
    ['has an object as value', { StringEquals: { 'a:b': {} } }, SYNTAX, 'Condition.StringEquals.a:b'],
    ['compares with no number', { NumericEquals: { 'a:b': 'c' } }, SYNTAX, 'Condition.NumericEquals.a:b'],
    ['compares with no date', { DateLessThan: { 'a:b': '2024-13-01' } }, LEGACY, 'Condition.DateLessThan.a:b'],
    ['compares with no boolean', { Bool: { 'a:b': 'yes' } }, SYNTAX, 'Condition.Bool.a:b'],
    ['compares with no base64', { BinaryEquals: { 'a:b': 'a' } }, SYNTAX, 'Condition.BinaryEquals.a:b'],
    ['compares with no address', { IpAddress: { 'a:b': '10.0.0.0/33' } }, SYNTAX, 'Condition.IpAddress.a:b'],
    ['compares with no ARN', { ArnLike: { 'a:b': 'arn:aws:x' } }, SYNTAX, 'Condition.ArnLike.a:b'],
    ['asks Null for something else', { Null: { 'a:b': 'maybe' } }, SYNTAX, 'Condition.Null.a:b'],
    ['has a variable where none can be', { NumericEquals: { 'a:b': '${a:c}' } }, SYNTAX, 'Condition.NumericEquals.a:b'],
    ['has a broken variable', { StringEquals: { 'a:b': '${a:c' } }, SYNTAX, 'Condition.StringEquals.a:b'],
  ])('is refused when it %s', (_, condition, message, path) => {
    expect(refusal(() => statement({ Condition: condition }))).toMatchObject({ message, path: `Statement[0].${path}` });
  });

  it('may have any key, no values, and no keys under an operator that does not exist', () => {
    const { conditions = [] } = statement({ Condition: { Bool: { b: [] }, Foo: {} } }).statements[0] ?? {};
    expect(conditions).toEqual([
      { operator: 'Bool', key: 'b', values: [] },
      { operator: 'Foo', key: '', values: [] },
    ]);
  });

  it('that was stored is read whatever its values', () => {
    const Condition = { NumericEquals: { 'a:b': 'c' }, StringEquals: { 'a:b': 'c', 'A:B': '${' } };
    const document = { Version: '2012-10-17', Statement: { ...allow, Condition } };
    expect(parse(document, 'identity', { stored: true }).statements[0]?.conditions).toHaveLength(3);
  });

  it('may be empty, and may have numbers and booleans as values', () => {
    expect(statement({ Condition: {} }).statements[0]?.conditions).toEqual([]);
    const condition = { NumericLessThan: { 'a:b': [5, 1.5] }, 'ForAnyValue:BoolIfExists': { 'a:b': true } };
    expect(statement({ Condition: condition }).statements[0]?.conditions).toEqual([
      { operator: 'NumericLessThan', key: 'a:b', values: ['5', '1.5'] },
      { operator: 'ForAnyValue:BoolIfExists', key: 'a:b', values: ['true'] },
    ]);
  });
});

describe('a trust policy', () => {
  it.each([
    ['no principal', { Principal: undefined }, 'Missing required field Principal', ''],
    ['an empty principal', { Principal: {} }, 'Missing required field Principal cannot be empty!', '.Principal'],
    ['an empty list', { Principal: { AWS: [] } }, 'Missing required field Principal cannot be empty!', '.Principal'],
    ['a principal that is plain text', { Principal: '111122223333' }, 'Principal must be a JSON object.', '.Principal'],
    ['an unknown type of principal', { Principal: { Group: 'a' } }, SYNTAX, '.Principal.Group'],
    ['a canonical user', { Principal: { CanonicalUser: 'a'.repeat(64) } }, SYNTAX, '.Principal.CanonicalUser'],
    [
      'NotPrincipal in a Deny',
      { Principal: undefined, NotPrincipal: '*', Effect: 'Deny' },
      'AssumeRole policy must not contain NotPrincipal field.',
      '.NotPrincipal',
    ],
    [
      'NotPrincipal in an Allow',
      { Principal: undefined, NotPrincipal: '*' },
      'Allow with NotPrincipal is not allowed.',
      '.NotPrincipal',
    ],
    ['a resource', { Resource: '*' }, 'Has prohibited field Resource', '.Resource'],
    ['all but a resource', { NotResource: '*' }, 'AssumeRole policy must not contain resources.', '.NotResource'],
    ['another action', { Action: 'orders:Get' }, STS_ONLY, '.Action'],
    ['every action', { Action: '*' }, STS_ONLY, '.Action'],
    ['no action', { Action: undefined }, 'Missing required field Action', ''],
    ['no effect', { Effect: undefined }, 'Missing required field Effect', '.Effect'],
    ['an effect in other letters', { Effect: 'allow' }, 'Invalid effect: allow', '.Effect'],
    ['a key without a colon', { Condition: { StringEquals: { a: 'b' } } }, VENDOR, '.Condition.StringEquals.a'],
    [
      'a key with two colons',
      { Condition: { StringEquals: { 'aws:RequestTag/a:b': 'c' } } },
      'Condition can contain only one colon.',
      '.Condition.StringEquals.aws:RequestTag/a:b',
    ],
    ['a wildcard action', { Action: ['sts:AssumeRole', 'sts:*'] }, TRUST_ACTIONS, '.Action'],
    ['NotAction', { Action: undefined, NotAction: 'sts:AssumeRole' }, TRUST_ACTIONS, '.NotAction'],
  ])('is refused with %s', (_, parts, message, path) => {
    expect(refusal(() => statement(parts, 'trust', trust))).toMatchObject({ message, path: `Statement[0]${path}` });
  });

  it.each([
    ['AWS', '11112222333'],
    ['AWS', 'arn:aws:iam::111122223333:group/g'],
    ['AWS', 'arn:aws:iam::111122223333:user/*'],
    ['AWS', 'arn:aws:sts::111122223333:assumed-role/r'],
    ['Service', '*'],
    ['Service', 'orders'],
    ['Federated', '*'],
    ['Federated', 'arn:aws:iam::111122223333:user/a'],
  ])('is refused with %s principal %j', (type, value) => {
    expect(refusal(() => statement({ Principal: { [type]: [value] } }, 'trust', trust))).toMatchObject({
      message: `Invalid principal in policy: "${type}":"${value}"`,
    });
  });

  it('may ask for keys of an issuer with a port', () => {
    const Condition = { StringEquals: { 'idp.example.com:8443/realm:sub': 'a' } };
    expect(statement({ Condition }, 'trust', trust).statements).toHaveLength(1);
  });

  it.each([
    '*',
    { AWS: ['*', '111122223333', 'arn:aws:iam::111122223333:root', 'arn:aws:iam::111122223333:user/a/b'] },
    { AWS: ['arn:aws:sts::111122223333:assumed-role/r/s', 'arn:aws:sts::111122223333:federated-user/f'] },
    { Service: 'orders.example.com' },
    { Federated: ['accounts.google.com', 'arn:aws:iam::111122223333:oidc-provider/idp.example.com/realm'] },
  ])('accepts principal %j', (principal) => {
    expect(statement({ Principal: principal }, 'trust', trust).statements[0]?.principal?.negated).toBe(false);
  });
});

describe('a resource-based policy', () => {
  it('needs a principal, may leave out its resource, and may use other characters in a sid', () => {
    expect(refusal(() => statement({ Principal: undefined }, 'resource', resource))).toMatchObject({
      message: 'Missing required field Principal',
    });
    expect(statement({ Resource: undefined, Sid: 'my statement' }, 'resource', resource).statements).toMatchObject([
      { sid: 'my statement' },
    ]);
  });

  it('may use NotPrincipal for Deny only', () => {
    const parts = { Principal: undefined, NotPrincipal: { AWS: '111122223333' } };
    expect(refusal(() => statement(parts, 'resource', resource))).toMatchObject({ path: 'Statement[0].NotPrincipal' });
    expect(statement({ ...parts, Effect: 'Deny' }, 'resource', resource).statements[0]?.principal?.negated).toBe(true);
  });
});

describe('a resource control policy', () => {
  const deny = { ...resource, Effect: 'Deny' };

  it('denies to everyone, and its only Allow is of everything', () => {
    expect(statement({}, 'resourceControl', deny).statements).toHaveLength(1);
    expect(statement({ Action: '*' }, 'resourceControl', resource).statements).toHaveLength(1);
  });

  it.each([
    ['names somebody', { Principal: { AWS: '*' } }],
    ['uses NotAction', { Action: undefined, NotAction: 'a:b' }],
    ['uses NotPrincipal', { Principal: undefined, NotPrincipal: '*' }],
    ['allows something', { Effect: 'Allow' }],
    ['allows everything on condition', { Effect: 'Allow', Action: '*', Condition: { Bool: { 'a:b': 'true' } } }],
  ])('is refused when it %s', (_, parts) => {
    expect(refusal(() => statement(parts, 'resourceControl', deny))).toMatchObject({ message: SYNTAX });
  });
});

describe('a service control policy', () => {
  it('has no principal', () => {
    expect(statement({}, 'serviceControl').statements).toHaveLength(1);
    expect(refusal(() => statement({ Principal: '*' }, 'serviceControl'))).toBeDefined();
  });
});
