import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { invalidMarker, page, pageRequest } from '../../kernel/paging/paging.js';
import { TimeSlices } from '../../kernel/time-slices.js';
import type { Identity } from '../../generated/prisma/client.js';
import { PrincipalSourceService } from './principal-source.service.js';
import { anybody, readCaller, readSimulation } from './read-simulation.js';
import { allContextKeys, readInputList } from './simulated-policies.js';
import { partCount, type Simulation } from './simulation.js';
import { SimulationBudget } from './simulation-budget.js';
import type { simulateCustomInput, simulatePrincipalInput } from './simulator.schema.js';

export interface Paging {
  readonly marker?: string | undefined;
  readonly maxItems?: number | undefined;
}

/** Simulates decisions: it only looks up the principal's policies, and changes nothing. */
@Injectable()
export class SimulatorService {
  constructor(private readonly sources: PrincipalSourceService) {}

  /** @throws ApiError InvalidInput, LimitExceeded */
  async custom(
    { accountId, partition }: Pick<OperationContext, 'accountId' | 'partition'>,
    input: z.output<typeof simulateCustomInput>,
  ): Promise<Simulation> {
    if (input.resourcePolicy !== undefined && input.callerArn === undefined) throw callerNeeded();
    const principal =
      input.callerArn === undefined ? anybody(accountId, partition) : readCaller(input.callerArn, partition);
    const identity = await readInputList(input.policyInputList, partition);
    return readSimulation(input, { principal, policies: { identity }, keys: new Map() }, partition);
  }

  /** @throws ApiError InvalidInput */
  async principal(
    context: OperationContext<Identity>,
    input: z.output<typeof simulatePrincipalInput>,
  ): Promise<Simulation> {
    const { partition, target } = context;
    if (input.resourcePolicy !== undefined) requireUser(target, input.callerArn);
    const source = await this.sources.find(context);
    const more = await readInputList(input.policyInputList ?? [], partition);
    const { callerArn } = input;
    // Another caller with these policies: what follows from the source does not apply to the caller.
    const as = callerArn === undefined ? source : { principal: readCaller(callerArn, partition), keys: new Map() };
    const policies = { ...source.policies, identity: [...source.policies.identity, ...more] };
    return { ...readSimulation(input, { ...as, policies }, partition), isInOrganization: true };
  }

  /** @throws ApiError InvalidInput */
  async customContextKeys(
    { partition }: Pick<OperationContext, 'partition'>,
    policyInputList: readonly string[],
  ): Promise<string[]> {
    return allContextKeys(await readInputList(policyInputList, partition));
  }

  /** @throws ApiError InvalidInput */
  async principalContextKeys(
    context: OperationContext<Identity>,
    policyInputList: readonly string[],
  ): Promise<string[]> {
    const own = await this.sources.policies(context);
    return allContextKeys([...own, ...(await readInputList(policyInputList, context.partition))]);
  }

  /**
   * A page of results, action by action, in slices.
   *
   * @throws ApiError ValidationError for a marker that no simulation returned; LimitExceeded
   */
  async page<Item>(
    simulation: Simulation,
    paging: Paging,
    resultsOf: (simulation: Simulation, action: string, budget: SimulationBudget) => Promise<Item>,
  ): Promise<{ results: Item[]; isTruncated: boolean; marker?: string }> {
    const request = pageRequest(paging);
    const start = request.after ? Number(request.after[0]) + 1 : 0;
    if (!Number.isSafeInteger(start)) {
      throw invalidMarker();
    }
    const slices = new TimeSlices();
    const parts = await partCount(simulation, slices);
    const budget = new SimulationBudget(simulation.resources.length, parts, slices);
    const results: Item[] = [];
    for (const action of simulation.actions.slice(start, start + request.take - 1)) {
      if (!budget.startAction()) break;
      results.push(await resultsOf(simulation, action, budget));
    }
    // One more than the page, as lists read them.
    const positions = simulation.actions.map((_, position) => position).slice(start, start + results.length + 1);
    const { items: _, ...rest } = page(positions, { ...request, take: results.length + 1 }, (at) => [String(at)]);
    return { results, ...rest };
  }
}

/** Source: SimulatePrincipalPolicy: "Simulation of resource-based policies isn't supported for IAM roles." */
function requireUser({ type }: Identity, callerArn: string | undefined): void {
  if (type === 'role') {
    throw new ApiError('InvalidInput', 'Simulation of resource-based policies is not supported for IAM roles.');
  }
  if (type === 'group' && callerArn === undefined) throw callerNeeded();
}

function callerNeeded(): ApiError {
  return new ApiError('InvalidInput', 'CallerArn is required when a ResourcePolicy is simulated.');
}
