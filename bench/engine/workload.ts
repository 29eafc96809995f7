/**
 * A workload that every candidate's language can say: exact actions, a resource prefix, at most one condition that a
 * string equals, Allow and Deny with Deny over Allow.
 */
export interface Rule {
  readonly isAllow: boolean;
  /** `service3:Action7` */
  readonly action: string;
  /** What the resource must begin with. */
  readonly prefix: string;
  /** The department that the request must name; a third of the rules have one. */
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

/** Mulberry32: the same workload at every run. */
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
  // Half of the questions are about something that a rule speaks of.
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
  // As they would arrive: text that was built by joining is slower to look into than text that was received.
  return { policies, asks: JSON.parse(JSON.stringify(asks)) as Ask[] };
}
