import { readdirSync, readFileSync } from 'node:fs';
import { sharedServer } from '../support/shared-server.js';
import { newTenant, type Tenant } from '../support/tenant.js';
import { expectedAnswer, type Names, namesFor, readPath, substitute } from './substitution.js';
import { call, isOperationOfSdk } from './sdk-call.js';

/**
 * Responses of AWS, taken from public projects that run their tests against AWS and record what it returned. They are
 * facts only: the call, and the error's code, status and message or the members of the output.
 */
interface Step {
  /** `iam:CreateUser` */
  readonly call: string;
  readonly input?: object;
  /** Values of the output for later steps, by name: `{"policyArn": "Policy.Arn"}`. */
  readonly save?: Readonly<Record<string, string>>;
  /** Code, HTTP status and message. */
  readonly error?: readonly [string, number, string];
  /** Every member of the output; "*" is any value. */
  readonly answer?: object;
  /** Why Gatehouse intentionally differs; `here` is then its response. */
  readonly differs?: string;
  readonly here?: { readonly error?: readonly [string, number, string]; readonly answer?: object };
}

interface Scenario {
  readonly title: string;
  readonly steps: readonly Step[];
}

const directory = new URL('recorded/', import.meta.url);
const subjects = readdirSync(directory).map((name) => ({
  subject: name.replace('.json', ''),
  ...(JSON.parse(readFileSync(new URL(name, directory), 'utf8')) as {
    sources: readonly string[];
    scenarios: readonly Scenario[];
  }),
}));

const stepKeys = new Set(['call', 'input', 'save', 'error', 'answer', 'differs', 'here']);

let tenant: Tenant;

beforeAll(async () => {
  tenant = await newTenant(sharedServer().baseUrl);
});

describe.each(subjects)('recorded answers: $subject', ({ scenarios, sources }) => {
  it('names its sources, and knows every word', () => {
    expect(sources.length).toBeGreaterThan(0);
    for (const step of scenarios.flatMap(({ steps }) => steps)) {
      expect(Object.keys(step).filter((key) => !stepKeys.has(key))).toEqual([]);
      expect(isOperationOfSdk(step.call)).toBe(true);
      expect('differs' in step).toBe('here' in step);
    }
  });

  it.each(scenarios)('$title', async ({ steps }) => {
    const names = namesFor(tenant);
    for (const [index, step] of steps.entries()) await check(step, `step ${index + 1}, ${step.call}`, names);
  });
});

async function check(step: Step, where: string, names: Names): Promise<void> {
  const outcome = await call(tenant, step.call, substitute(step.input ?? {}, names) as object);
  const { error, answer } = step.here ?? step;
  if (error) expect({ where, ...outcome }).toEqual({ where, error: substitute(error, names) });
  else if ('error' in outcome) throw new Error(`${where}: ${outcome.error.join(' ')}`);
  else if (answer) expect({ where, ...outcome }).toEqual({ where, answer: expectedAnswer(answer, names) });
  for (const [name, path] of Object.entries(step.save ?? {})) {
    names.set(name, readPath((outcome as { answer: object }).answer, path));
  }
}
