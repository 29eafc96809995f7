import { replacePrincipals } from './replace-principals.js';

const ana = 'arn:aws:iam::111122223333:user/ana';
const names = new Map([[ana, 'AIDAOLD']]);

it.each([
  ['a text', `"Principal": {"AWS": "${ana}"}`, '"Principal": {"AWS": "AIDAOLD"}'],
  ['a list', `"Principal": {"AWS": ["*",\n "${ana}" ]}`, '"Principal": {"AWS": ["*",\n "AIDAOLD" ]}'],
  ['NotPrincipal', `"NotPrincipal": {"AWS": "${ana}"}`, '"NotPrincipal": {"AWS": "AIDAOLD"}'],
  ['an escaped text', `"Principal": {"AWS": "${ana.replaceAll('/', '\\/')}"}`, '"Principal": {"AWS": "AIDAOLD"}'],
])('replaces %s', (_, before, after) => {
  const statement = (principal: string) => `{"Effect" : "Allow", ${principal}}`;
  expect(replacePrincipals(`{"Statement": ${statement(before)} }`, names)).toBe(`{"Statement": ${statement(after)} }`);
  const twice = (principal: string) => `{"Statement": [${statement(principal)}, ${statement(principal)}]}`;
  expect(replacePrincipals(twice(before), names)).toBe(twice(after));
});

it.each([
  ['conditions', `{"Statement":{"Principal":"*","Condition":{"ArnEquals":{"aws:PrincipalArn":"${ana}"}}}}`],
  ['resources', `{"Statement":{"Principal":{"AWS":"*"},"Resource":"${ana}"}}`],
  ['principals of other types', `{"Statement":{"Principal":{"Federated":"${ana}"}}}`],
  ['other principals', `{"Statement":{"Principal":{"AWS":"${ana}x"}}}`],
])('leaves %s', (_, text) => {
  expect(replacePrincipals(text, names)).toBe(text);
});
