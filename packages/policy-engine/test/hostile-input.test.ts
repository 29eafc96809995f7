import {
  compilePolicy,
  conditionContext,
  decide,
  lintPolicy,
  parsePolicy,
  type PolicyKind,
  PolicySyntaxError,
} from '../src/index.js';

/**
 * Threat: a tenant writes a policy, or sends a request, that costs the engine far more than the tenant, or that the
 * engine interprets differently from a person. Work that grows faster than the input would not finish here.
 */
const source = { id: 'hostile', type: 'managed' } as const;
const user = { type: 'user', accountId: '111111111111', arn: 'arn:aws:iam::111111111111:user/ana' } as const;

const statement = (parts: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...parts }] });

function refusalOf(text: string, kind: PolicyKind = 'identity'): PolicySyntaxError {
  try {
    parsePolicy(text, kind);
  } catch (error) {
    if (error instanceof PolicySyntaxError) return error;
    throw error;
  }
  throw new Error('accepted');
}

function ask(policy: string, action: string, resource: string, context: Record<string, string | string[]> = {}) {
  const compiled = compilePolicy(parsePolicy(policy, 'identity'), source);
  const request = { principal: user, action, resource, context: conditionContext(Object.entries(context)) };
  return decide(request, { identity: [compiled] }).verdict;
}

describe('wildcards', () => {
  const manyStars = `${'a*'.repeat(10_000)}b`;
  const longText = 'a'.repeat(20_000);

  it('ten thousand in an action, a resource or a condition take no more than a moment', () => {
    expect(ask(statement({ Action: `x:${manyStars}`, Resource: '*' }), `x:${longText}`, '*')).toBe('implicitDeny');
    const resource = `arn:aws:x:::${manyStars}`;
    expect(ask(statement({ Action: '*', Resource: resource }), 'x:y', `arn:aws:x:::${longText}`)).toBe('implicitDeny');
    const Condition = { StringLike: { 'x:Key': manyStars } };
    const policy = statement({ Action: '*', Resource: '*', Condition });
    expect(ask(policy, 'x:y', '*', { 'x:Key': longText })).toBe('implicitDeny');
    expect(ask(policy, 'x:y', '*', { 'x:Key': `${longText}b` })).toBe('allowed');
  });

  it('question marks between stars do not multiply', () => {
    const pattern = '*?'.repeat(2_000);
    expect(ask(statement({ Action: `x:${pattern}`, Resource: '*' }), `x:${'a'.repeat(1_999)}`, '*')).toBe(
      'implicitDeny',
    );
    expect(ask(statement({ Action: `x:${pattern}`, Resource: '*' }), `x:${'a'.repeat(2_000)}`, '*')).toBe('allowed');
  });

  it('characters that mean something to regular expressions are characters', () => {
    expect(
      ask(statement({ Action: '*', Resource: 'arn:aws:x:::(a+)+$' }), 'x:y', `arn:aws:x:::${'a'.repeat(50)}`),
    ).toBe('implicitDeny');
    expect(ask(statement({ Action: '*', Resource: 'arn:aws:x:::a.c' }), 'x:y', 'arn:aws:x:::abc')).toBe('implicitDeny');
    expect(ask(statement({ Action: '*', Resource: 'arn:aws:x:::[a-z]' }), 'x:y', 'arn:aws:x:::b')).toBe('implicitDeny');
  });
});

describe('documents', () => {
  it('of a hundred kilobytes are read, decided and linted', () => {
    const Action = Array.from({ length: 4_800 }, (_, index) => `service${index % 8}:Action${index}`);
    const policy = statement({ Action, Resource: '*' });
    expect(policy.length).toBeGreaterThan(100_000);
    expect(ask(policy, 'service7:Action4799', '*')).toBe('allowed');
    expect(lintPolicy(parsePolicy(policy, 'identity'))).toBeInstanceOf(Array);
  });

  it('longer than the API takes are refused', () => {
    expect(refusalOf(statement({ Action: `x:${'a'.repeat(140_000)}`, Resource: '*' })).code).toBe(
      'MalformedPolicyDocument',
    );
  });

  it.each([
    ['lists', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
    ['objects', `${'{"Statement":'.repeat(9_000)}1${'}'.repeat(9_000)}`],
    ['lists without an end', '['.repeat(100_000)],
  ])('nested absurdly deep in %s are refused', (_, text) => {
    expect(refusalOf(text).code).toBe('MalformedPolicyDocument');
  });

  it.each([
    ['__proto__', '{"__proto__":{"Statement":[]},"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'],
    ['constructor', '{"constructor":1,"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'],
    ['__proto__ in a statement', '{"Statement":{"__proto__":{"Effect":"Allow"},"Action":"*","Resource":"*"}}'],
    ['__proto__ as an operator', statement({ Action: '*', Resource: '*', Condition: { __proto__x: { 'a:b': '1' } } })],
    ['a key twice', '{"Statement":{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}}'],
    [
      'a key twice in a condition',
      '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"a:b":"true"},"Bool":{"a:b":"false"}}}}',
    ],
    ['the same name in other letters', '{"Statement":{"Effect":"Allow","action":"x:y","Action":"*","Resource":"*"}}'],
    ['a comment', '{/* */"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'],
    ['text behind the end', '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}} {}'],
    ['a byte order mark', '\uFEFF{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'],
  ])('with %s are refused', (_, text) => {
    expect(refusalOf(text).code).toBe('MalformedPolicyDocument');
    expect(({} as Record<string, unknown>)['Statement']).toBeUndefined();
  });

  it.each(['\u0000', '\uD800', '\uDFFF\uD800'])('with %j in them are refused or mean just that', (odd) => {
    const text = statement({ Action: '*', Resource: `arn:aws:x:::a${odd}` });
    let verdict: string;
    try {
      verdict = ask(text, 'x:y', 'arn:aws:x:::a');
    } catch (error) {
      expect(error).toBeInstanceOf(PolicySyntaxError);
      return;
    }
    expect(verdict).toBe('implicitDeny');
  });
});

describe('what is not understood', () => {
  const operators = [
    'StringEqual',
    'StringEqualsIfExist',
    'ForSomeValues:StringEquals',
    'NotStringEquals',
    'BoolNot',
    'toString',
  ];

  it.each(operators)('the operator %s is refused when it is written', (operator) => {
    const Condition = { [operator]: { 'aws:username': 'ana' } };
    expect(refusalOf(statement({ Action: '*', Resource: '*', Condition })).code).toBe('MalformedPolicyDocument');
  });

  it.each(operators)('the operator %s, should it ever get past, never allows and never weakens a Deny', (operator) => {
    const readable = parsePolicy(
      statement({ Action: '*', Resource: '*', Condition: { StringEquals: { 'a:b': 'c' } } }),
      'identity',
    );
    const [allow] = readable.statements;
    const tampered = {
      ...readable,
      statements: [{ ...allow!, conditions: allow!.conditions.map((entry) => ({ ...entry, operator })) }],
    };
    const denying = { ...tampered, statements: [{ ...tampered.statements[0]!, effect: 'Deny' as const }] };
    const everything = compilePolicy(parsePolicy(statement({ Action: '*', Resource: '*' }), 'identity'), source);
    const request = { principal: user, action: 'x:y', resource: '*', context: conditionContext([['a:b', 'c']]) };
    expect(decide(request, { identity: [compilePolicy(tampered, source)] }).verdict).toBe('implicitDeny');
    expect(decide(request, { identity: [everything, compilePolicy(denying, source)] }).verdict).toBe('explicitDeny');
  });
});

describe('requests', () => {
  const policy = statement({ Action: 'x:y', Resource: 'arn:aws:x:::${aws:username}' });

  it('with absurd values are decided', () => {
    expect(ask(policy, 'x:y', `arn:aws:x:::${'a'.repeat(100_000)}`, { 'aws:username': 'a'.repeat(100_000) })).toBe(
      'allowed',
    );
    expect(ask(policy, 'x:y'.repeat(10_000), '*')).toBe('implicitDeny');
    expect(ask(policy, '', '')).toBe('implicitDeny');
    expect(ask(policy, '__proto__', '__proto__', { __proto__x: 'y' })).toBe('implicitDeny');
  });

  it('cannot bring a variable or a wildcard of their own', () => {
    expect(ask(policy, 'x:y', 'arn:aws:x:::bob', { 'aws:username': '${aws:userid}', 'aws:userid': 'bob' })).toBe(
      'implicitDeny',
    );
    expect(ask(policy, 'x:y', 'arn:aws:x:::bob', { 'aws:username': 'b*' })).toBe('implicitDeny');
  });
});
