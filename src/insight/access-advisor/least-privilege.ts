import type { TimeSlices } from '../../kernel/time-slices.js';
import { actionTestOf, type ConditionEntry, type PolicyDocument, type Statement } from 'gatehouse-policy-engine';

type Json = Record<string, unknown>;

/** The recommendation for one Allow statement. */
export interface NarrowedStatement {
  readonly change: 'keep' | 'narrow' | 'remove';
  /** Used actions that the statement covers. */
  readonly used: readonly string[];
  readonly unused: readonly string[];
}

/**
 * @param used actions that were used, such as `iam:GetUser`
 * @param known every action of the known services
 */
export async function narrow(
  statement: Statement,
  used: readonly string[],
  known: readonly string[],
  slices: TimeSlices,
): Promise<NarrowedStatement> {
  const covers = actionTestOf(statement);
  const usedHere = await slices.filter(used, covers);
  const inUse = new Set(usedHere.map((action) => action.toLowerCase()));
  const unused = await slices.filter(known, (action) => covers(action) && !inUse.has(action.toLowerCase()));
  if (usedHere.length === 0) return { change: 'remove', used: usedHere, unused };
  const { negated, patterns } = statement.action;
  const isExact = !negated && patterns.every((pattern) => inUse.has(pattern.toLowerCase()));
  return { change: isExact ? 'keep' : 'narrow', used: usedHere, unused };
}

/** The remaining part of a document: each Allow with the used actions only, every Deny unchanged. */
export async function keptOf(
  { statements }: PolicyDocument,
  used: readonly string[],
  slices: TimeSlices,
): Promise<(readonly [string, Json])[]> {
  const all: (readonly [string, Json])[] = [];
  for (const statement of statements) {
    await slices.next();
    const kept = statement.effect === 'Deny' ? undefined : await slices.filter(used, actionTestOf(statement));
    if (kept?.length === 0) continue;
    const json = toJson(statement, kept);
    all.push([JSON.stringify(json), json]);
  }
  return all;
}

/**
 * A policy with the used actions: the remaining statements with their resources and conditions unchanged. Equal
 * statements are included once.
 *
 * @returns undefined if nothing was used
 */
export function suggestPolicy(kept: readonly (readonly [string, Json])[]): string | undefined {
  const list = [...new Map(kept).values()];
  if (!list.some(({ Effect }) => Effect === 'Allow')) return undefined;
  return JSON.stringify({ Version: '2012-10-17', Statement: list }, undefined, 2);
}

function toJson({ effect, action, resource, conditions }: Statement, actions: readonly string[] | undefined): Json {
  return {
    Effect: effect,
    ...(actions ? { Action: actions } : { [action.negated ? 'NotAction' : 'Action']: action.patterns }),
    ...(resource ? { [resource.negated ? 'NotResource' : 'Resource']: resource.patterns } : {}),
    ...(conditions.length > 0 ? { Condition: conditionJson(conditions) } : {}),
  };
}

function conditionJson(conditions: readonly ConditionEntry[]): Record<string, Record<string, readonly string[]>> {
  const json: Record<string, Record<string, readonly string[]>> = {};
  for (const { operator, key, values } of conditions) json[operator] = { ...json[operator], [key]: values };
  return json;
}
