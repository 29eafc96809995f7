const WHITE_SPACE = /[ \t\n\r]/g;

/**
 * The size of a policy as AWS counts it for its quotas: characters, without white space.
 *
 * Source: AWS IAM User Guide, "IAM and AWS STS quotas": "IAM doesn't count white space when calculating the size of a
 * policy against these limits." It makes no exception for white space inside strings.
 */
export function policySize(text: string): number {
  return text.replace(WHITE_SPACE, '').length;
}
