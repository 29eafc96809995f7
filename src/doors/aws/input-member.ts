import { z } from 'zod';
import { memberOf, unwrap } from '../../kernel/zod-shape.js';
import { fromAwsName } from '../../kernel/aws-names.js';

/** Parameters of AWS's simulator that are not supported: ignoring them would allow too much. */
const REFUSED: ReadonlySet<string> = new Set(['orderedOrganizationPolicyInputList', 'policyExclusionList']);

/**
 * The member of an input that a parameter refers to.
 *
 * As on AWS, a parameter that the operation does not know is ignored: it comes from a client that is newer than the
 * server. INVARIANT: a parameter whose name differs from a known one only in case is kept, so that the schema refuses
 * it: `policy` instead of `Policy` must not create credentials without a session policy.
 *
 * @param schema of the structure; undefined if the schema has none, which keeps everything
 * @returns undefined for a parameter that is ignored
 */
export function inputMember(
  schema: z.ZodType | undefined,
  awsName: string,
): { readonly name: string; readonly schema: z.ZodType | undefined } | undefined {
  const name = fromAwsName(awsName);
  const structure = schema && unwrap(schema);
  if (!(structure instanceof z.ZodObject)) return { name, schema: undefined };
  const member = memberOf(structure, name);
  if (member) return { name, schema: member };
  const lowerCase = name.toLowerCase();
  const isMisspelt = Object.keys(structure.shape).some((known) => known.toLowerCase() === lowerCase);
  return isMisspelt || REFUSED.has(name) ? { name, schema: undefined } : undefined;
}
