import type { z } from 'zod';
import { memberOf, unwrap } from '../../kernel/zod-shape.js';
import { toAwsName } from '../../kernel/aws-names.js';

/** How a member of an output is written, in XML and in JSON. */
export interface OutputForm {
  readonly awsName: string;
  /** Unwrapped. */
  readonly schema: z.ZodType | undefined;
}

/**
 * Computed once per member that a schema declares. Names that come from data are not cached, because there is no limit
 * to their number.
 */
const forms = new WeakMap<z.ZodType, Map<string, OutputForm>>();

export function outputForm(schema: z.ZodType, name: string): OutputForm {
  const ofSchema = formsOf(schema);
  const known = ofSchema.get(name);
  if (known) return known;
  const member = memberOf(schema, name);
  // `awsName`: the name of this member is irregular in this result only; names that are irregular everywhere are in
  // aws-names.ts.
  const awsName = (member?.meta()?.['awsName'] as string | undefined) ?? toAwsName(name);
  const form = { awsName, schema: member && unwrap(member) };
  if (member) ofSchema.set(name, form);
  return form;
}

function formsOf(schema: z.ZodType): Map<string, OutputForm> {
  const known = forms.get(schema);
  if (known) return known;
  const made = new Map<string, OutputForm>();
  forms.set(schema, made);
  return made;
}
