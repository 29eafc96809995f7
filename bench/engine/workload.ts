/**
 * A workload that every candidate's language can express: exact actions, a resource prefix, at most one string
 * condition, Allow and Deny, with precedence of Deny.
 */
export interface Rule {
  readonly isAllow: boolean;
  /** `service3:Action7` */
  readonly action: string;
  /** The required prefix of the resource. */
  readonly prefix: string;
  /** The required department of the request; a third of the rules have one. */
  readonly department?: string;
}

export interface Ask {
  readonly action: string;
  readonly resource: string;
  readonly department: string;
}

export interface Workload {
  /** Policies of five statements each. */
  readonly policies: readonly (readonly Rule[])[];
  readonly asks: readonly Ask[];
}

const SERVICES = 8;
const ACTIONS_OF_SERVICE = 20;
const DEPARTMENTS = ['sales', 'engineering', 'finance'];
export const ACCOUNT = '111111111111';

/** Mulberry32: the same workload in every run. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** @param statements a multiple of five */
export function createWorkload(statements: number, seed = 1): Workload {
  const random = randomFrom(seed);
  const rules = Array.from({ length: statements }, (): Rule => {
    const service = random(SERVICES);
    return {
      isAllow: random(5) > 0,
      action: `service${service}:Action${random(ACTIONS_OF_SERVICE)}`,
      prefix: `arn:aws:service${service}:eu:${ACCOUNT}:thing/${random(50)}/`,
      ...(random(3) === 0 ? { department: DEPARTMENTS[random(DEPARTMENTS.length)]! } : {}),
    };
  });
  // Half of the questions match the actions and resources of a rule.
  const asks = Array.from({ length: 1024 }, (): Ask => {
    const rule = rules[random(rules.length)]!;
    const service = random(SERVICES);
    const isKnown = random(2) === 0;
    return {
      action: isKnown ? rule.action : `service${service}:Action${random(ACTIONS_OF_SERVICE)}`,
      resource: isKnown
        ? `${rule.prefix}${random(1000)}`
        : `arn:aws:service${service}:eu:${ACCOUNT}:thing/${random(50)}/x`,
      department: DEPARTMENTS[random(DEPARTMENTS.length)]!,
    };
  });
  const policies = Array.from({ length: statements / 5 }, (_, index) => rules.slice(index * 5, index * 5 + 5));
  // In the form in which they would arrive: concatenated text is slower to read than received text.
  return { policies, asks: JSON.parse(JSON.stringify(asks)) as Ask[] };
}
