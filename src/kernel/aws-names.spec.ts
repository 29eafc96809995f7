import { readFileSync } from 'node:fs';
import { fromAwsName, toAwsName } from './aws-names.js';

/** Every member name in the published models of IAM (2010-05-08) and STS (2011-06-15). */
const names = JSON.parse(
  readFileSync(new URL('../doors/aws/fixtures/member-names.json', import.meta.url), 'utf8'),
) as string[];

/**
 * The models use lower case for the first letter of these two in a few newer shapes, and upper case everywhere else.
 */
const lowerCaseTwins = ['arn', 'isTruncated'];

describe("AWS's names", () => {
  it.each(names.filter((name) => !lowerCaseTwins.includes(name)))('%s goes to ours and back', (name) => {
    expect(toAwsName(fromAwsName(name))).toBe(name);
    // Acronyms are written as words: without two consecutive capitals.
    expect(fromAwsName(name)).toMatch(/^[a-z][a-z0-9]*(?:[A-Z][a-z0-9]+)*$/);
  });

  it('gives no two names the same name of ours', () => {
    const regular = names.filter((name) => !lowerCaseTwins.includes(name));
    expect(new Set(regular.map(fromAwsName)).size).toBe(regular.length);
  });
});
