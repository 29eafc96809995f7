import { conditionContext, decide, MatcherPool } from 'gatehouse-policy-engine';
import type { Candidate, Decider } from './candidate.js';
import { casbin } from './casbin.js';
import { casl } from './casl.js';
import { cedar } from './cedar.js';
import { floor } from './floor.js';
import { compileAll, gatehouse, principal } from './gatehouse.js';
import { heapOf, medianNanoseconds } from './measure.js';
import { createWorkload, type Workload } from './workload.js';

/** Odd, for a median. */
const ROUNDS = 5;
const SIZES = [50, 100, 1_000, 10_000];
/** Too slow for this many statements. */
const LIMITS: Readonly<Record<string, number>> = { [casbin.name]: 1_000, [cedar.name]: 1_000 };
const candidates: readonly Candidate[] = [gatehouse, floor, casl, cedar, casbin];

const medians = new Map<string, Map<number, number>>();
for (const size of SIZES) {
  const workload = createWorkload(size);
  const expected = verdicts(await floor.prepare(workload), workload);
  const deciders = new Map<string, Decider>();
  for (const candidate of candidates) {
    if (size > (LIMITS[candidate.name] ?? Infinity)) continue;
    const decider = await candidate.prepare(workload);
    agree(candidate, verdicts(decider, workload), expected);
    deciders.set(candidate.name, decider);
  }
  for (const [name, nanoseconds] of inTurns(deciders)) {
    const ofCandidate = medians.get(name) ?? new Map<number, number>();
    medians.set(name, ofCandidate.set(size, nanoseconds));
  }
}

console.log('All candidates gave the same verdicts. Median nanoseconds of one decision:\n');
table([
  ['', ...SIZES.map((size) => `${size} statements`)],
  ...[...medians].map(([name, ofCandidate]) => [name, ...SIZES.map((size) => show(ofCandidate.get(size)))]),
]);

const own = medians.get(gatehouse.name)!;
const times = (name: string, size: number) => medians.get(name)!.get(size)! / own.get(size)!;
const principals = manyPrincipals(1_000);
console.log('');
table([
  ['goal', 'measured', ''],
  goal('under 1 µs at 50 statements', own.get(50)! / 1000, 'µs', (value) => value < 1),
  goal('10,000 statements: at most 3 times 50', own.get(10_000)! / own.get(50)!, '×', (value) => value <= 3),
  goal('at least 100 times faster than Cedar', times(cedar.name, 50), '×', (value) => value >= 100),
  goal('faster than casbin', times(casbin.name, 50), '×', (value) => value > 1),
  goal('faster than CASL', times(casl.name, 50), '×', (value) => value > 1),
  goal('within 5 times of the floor', 1 / times(floor.name, 50), '×', (value) => value <= 5),
  ['1,000 principals round robin', `${principals.toFixed(0)} ns`, ''],
  ['heap per compiled statement', `${heapPerStatement().toFixed(0)} bytes`, ''],
  ['heap allocated per decision', `${allocationPerDecision().toFixed(1)} bytes`, ''],
]);

/** Each candidate several times in turn, so that a slow phase of the machine affects all; the median counts. */
function inTurns(deciders: ReadonlyMap<string, Decider>): Map<string, number> {
  const rounds = [...deciders].map(([name, decider]) => ({ name, decider, samples: [] as number[] }));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { decider, samples } of rounds) samples.push(medianNanoseconds(decider));
  }
  return new Map(rounds.map(({ name, samples }) => [name, samples.sort((a, b) => a - b)[ROUNDS >> 1]!]));
}

function verdicts(decider: Decider, { asks }: Workload): boolean[] {
  return asks.map((_, index) => decider(index));
}

function agree({ name }: Candidate, given: readonly boolean[], expected: readonly boolean[]): void {
  const wrong = given.findIndex((verdict, index) => verdict !== expected[index]);
  if (wrong !== -1) throw new Error(`${name} decides question ${wrong} otherwise`);
}

/** Each with fifty different statements, like the memory of a busy server. */
function manyPrincipals(count: number): number {
  const pool = new MatcherPool();
  const sets = Array.from({ length: count }, (_, index) => {
    const { policies, asks } = createWorkload(50, index + 1);
    const { action, resource, department } = asks[0]!;
    const context = conditionContext([['aws:PrincipalTag/department', department]]);
    return { set: { identity: [compileAll(policies, pool)] }, request: { principal, action, resource, context } };
  });
  return medianNanoseconds((index) => {
    const { set, request } = sets[index % count]!;
    return decide(request, set).verdict === 'allowed';
  });
}

function heapPerStatement(): number {
  const { policies } = createWorkload(10_000, 7);
  const { kept, bytes } = heapOf(() => compileAll(policies));
  return bytes / kept.statements.length;
}

function allocationPerDecision(): number {
  const workload = createWorkload(50);
  const decider = gatehouse.prepare(workload) as Decider;
  medianNanoseconds(decider);
  const calls = 20_000;
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  for (let index = 0; index < calls; index += 1) decider(index % workload.asks.length);
  return Math.max(0, process.memoryUsage().heapUsed - before) / calls;
}

function goal(text: string, value: number, unit: string, isMet: (value: number) => boolean): string[] {
  return [text, `${value.toFixed(2)} ${unit}`, isMet(value) ? 'met' : 'MISSED'];
}

function show(nanoseconds: number | undefined): string {
  return nanoseconds === undefined ? 'not run' : nanoseconds.toFixed(0);
}

function table(rows: readonly (readonly string[])[]): void {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const [head, ...body] = rows.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`,
  );
  console.log([head, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body].join('\n'));
}
