import type { z } from 'zod';
import { memberOf, unwrap } from '../../kernel/zod-shape.js';
import { toAwsName } from '../../kernel/aws-names.js';

/** How a member of an output is written, in XML and in JSON. */
export interface OutputForm {
  readonly awsName: string;
  /** Unwrapped. */
  readonly schema: z.ZodType | undefined;
}

/** Worked out once for each member that a schema declares: names that come from data would be without end. */
const forms = new WeakMap<z.ZodType, Map<string, OutputForm>>();

export function outputForm(schema: z.ZodType, name: string): OutputForm {
  const ofSchema = forms.get(schema) ?? new Map<string, OutputForm>();
  forms.set(schema, ofSchema);
  const known = ofSchema.get(name);
  if (known) return known;
  const member = memberOf(schema, name);
  // `awsName`: this member of this result is irregular; a name that is so everywhere stands in names.ts.
  const awsName = (member?.meta()?.['awsName'] as string | undefined) ?? toAwsName(name);
  const form = { awsName, schema: member && unwrap(member) };
  if (member) ofSchema.set(name, form);
  return form;
}
