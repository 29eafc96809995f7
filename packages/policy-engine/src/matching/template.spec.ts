import { parseTemplate } from './template.js';

const ALL = { variables: true, wildcards: true };

describe('parseTemplate', () => {
  it('tells text, wildcards and variables apart', () => {
    expect(parseTemplate("a**b?${ aws:PrincipalTag/Cost Center , 'it''s' }${*}${$}{x}", ALL)).toEqual([
      { type: 'text', text: 'a' },
      { type: 'anyRun' },
      { type: 'text', text: 'b' },
      { type: 'anyOne' },
      {
        type: 'variable',
        name: 'aws:PrincipalTag/Cost Center',
        key: 'aws:principaltag/cost center',
        defaultValue: "it's",
      },
      { type: 'text', text: '*${x}' },
    ]);
  });

  it('takes signs without a meaning for text', () => {
    expect(parseTemplate('a*?${b}', { variables: false, wildcards: false })).toEqual([
      { type: 'text', text: 'a*?${b}' },
    ]);
    expect(parseTemplate('$a{b}$', ALL)).toEqual([{ type: 'text', text: '$a{b}$' }]);
  });

  it.each(['${', '${}', '${ }', '${a', '${a,}', '${a, b}', "${a, 'b}", "${a 'b'}", '${a{b}}', '${**}'])(
    'does not take %j for a variable',
    (text) => {
      expect(parseTemplate(text, ALL)).toBeUndefined();
    },
  );

  it.each([
    ['spaces', `\${a${' '.repeat(100_000)}`],
    ['spaces before nothing', `\${${' '.repeat(100_000)}`],
    ['quotes', `\${a, '${"'".repeat(100_000)}`],
    ['spaces after a default', `\${a, 'b'${' '.repeat(100_000)}`],
  ])('takes no long time over unfinished %s', (_, text) => {
    const start = performance.now();
    expect(parseTemplate(text, ALL)).toBeUndefined();
    expect(performance.now() - start).toBeLessThan(500);
  });
});
