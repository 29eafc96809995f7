import { z } from 'zod';
import { memberOf, unwrap } from '../../kernel/zod-shape.js';
import { fromAwsName } from '../../kernel/aws-names.js';

/** Parameters of AWS's simulator that are not supported: without them its answer would allow too much. */
const REFUSED: ReadonlySet<string> = new Set(['orderedOrganizationPolicyInputList', 'policyExclusionList']);

/**
 * Which member of an input a parameter is.
 *
 * As at AWS, a parameter that the operation does not know is ignored: it comes from a client that is newer than the
 * server. INVARIANT: one whose name differs from a known one in the case of its letters alone is kept, so that the
 * schema refuses it: `policy` in place of `Policy` must not make credentials that no session policy limits.
 *
 * @param schema of the structure; undefined where the schema knows none, which keeps everything
 * @returns undefined for a parameter that is to be ignored
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
