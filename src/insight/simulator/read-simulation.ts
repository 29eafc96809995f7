import { iamArn, parseArn } from '../../kernel/arn.js';
import { ApiError } from '../../kernel/errors/errors.js';
import type { PolicySet } from 'gatehouse-policy-engine';
import { readContextEntries } from './context-entries.js';
import { checkResourceHandling } from './resource-handling.js';
import { readInputPolicy, type SimulatedPolicy } from './simulated-policies.js';
import type { SimulatedResource, Simulation } from './simulation.js';
import type { ContextEntry } from './simulator.schema.js';

/** The common input of both simulations. */
export interface SimulationInput {
  readonly permissionsBoundaryPolicyInputList?: readonly string[] | undefined;
  readonly actionNames: readonly string[];
  readonly resourceArns?: readonly string[] | undefined;
  readonly resourcePolicy?: string | undefined;
  readonly resourceOwner?: string | undefined;
  readonly callerArn?: string | undefined;
  readonly contextEntries?: readonly ContextEntry[] | undefined;
  readonly resourceHandlingOption?: string | undefined;
}

/** The data of the simulated principal. */
export interface SimulatedSource {
  readonly principal: Simulation['principal'];
  readonly policies: Pick<
    PolicySet<SimulatedPolicy>,
    'identity' | 'permissionsBoundary' | 'serviceControl' | 'resourceControl'
  >;
  /** Keys that follow from the principal; entries of the request override them. */
  readonly keys: ReadonlyMap<string, string | readonly string[]>;
}

/**
 * Source: IAM API reference, SimulateCustomPolicy and SimulatePrincipalPolicy, request parameters.
 *
 * @throws ApiError InvalidInput
 */
export function readSimulation(input: SimulationInput, source: SimulatedSource, partition: string): Simulation {
  const { permissionsBoundaryPolicyInputList: boundaries = [], actionNames, resourceArns = [] } = input;
  if (boundaries.length > 1) throw invalid('You can input only one permissions boundary policy.');
  const wrong = actionNames.find((name) => !/^[A-Za-z0-9-]+:[A-Za-z0-9]+$/.test(name));
  if (wrong !== undefined) throw invalid(`Invalid action name: ${wrong}. Wildcards are not supported.`);
  const resources = resourceArns.length > 0 ? resourceArns : ['*'];
  checkResourceHandling(input.resourceHandlingOption, resources);
  const owner = input.resourceOwner === undefined ? undefined : ownerOf(input.resourceOwner);
  return {
    principal: source.principal,
    policies: {
      ...source.policies,
      ...(boundaries[0] === undefined
        ? {}
        : {
            permissionsBoundary: readInputPolicy(
              boundaries[0],
              'identity',
              'PermissionsBoundaryPolicyInputList.1',
              'permissions-boundary',
              partition,
            ),
          }),
      ...(input.resourcePolicy === undefined
        ? {}
        : { resource: readInputPolicy(input.resourcePolicy, 'resource', 'ResourcePolicy', 'resource', partition) }),
    },
    context: new Map([...source.keys, ...readContextEntries(input.contextEntries ?? [])]),
    actions: actionNames,
    resources: resources.map((name) => toResource(name, owner ?? source.principal.accountId)),
  };
}

/**
 * The simulated caller, which must be a user.
 *
 * @throws ApiError InvalidInput
 */
export function readCaller(callerArn: string, partition: string): Simulation['principal'] {
  const parsed = parseArn(callerArn);
  const isUser = parsed?.service === 'iam' && parsed.partition === partition && /^user\/.+/.test(parsed.resource);
  if (!isUser || !/^\d{12}$/.test(parsed.accountId)) {
    throw invalid(`Invalid caller ARN: ${callerArn}. You can specify only the ARN of an IAM user.`);
  }
  return { type: 'user', accountId: parsed.accountId, arn: callerArn };
}

/** An arbitrary user of the account: for policies that do not depend on its name. */
export function anybody(accountId: string, partition: string): Simulation['principal'] {
  return { type: 'user', accountId, arn: iamArn(partition, accountId, 'user', '/', 'simulated') };
}

function toResource(name: string, owner: string): SimulatedResource {
  if (name === '*') return { name, ownerId: owner };
  const parsed = parseArn(name);
  if (!parsed) throw invalid(`Invalid resource ARN: ${name}.`);
  return { name, ownerId: parsed.accountId === '' ? owner : parsed.accountId };
}

/** `arn:aws:iam::123456789012:root`, or only the account ID. */
function ownerOf(resourceOwner: string): string {
  const accountId = /^(?:arn:[a-z0-9-]+:iam::)?(\d{12})(?::root)?$/.exec(resourceOwner)?.[1];
  if (accountId === undefined) throw invalid(`Invalid resource owner: ${resourceOwner}.`);
  return accountId;
}

function invalid(message: string): ApiError {
  return new ApiError('InvalidInput', message);
}
