import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import type { Identity } from '../../generated/prisma/client.js';
import { ArnTemplates } from './arn-templates.service.js';
import { toEvaluationResult, toExplanations } from './evaluation-results.js';
import { locateIdentityByArn } from '../../iam/resources/identity-by-arn.target.js';
import {
  contextKeysOutput,
  customContextKeysInput,
  explainOutput,
  principalContextKeysInput,
  simulateCustomInput,
  simulateOutput,
  simulatePrincipalInput,
} from './simulator.schema.js';
import { SimulatorService } from './simulator.service.js';

/** Source: IAM API reference, the operations of the policy simulator. */
@Controller()
export class SimulatorController {
  constructor(
    private readonly simulator: SimulatorService,
    private readonly templates: ArnTemplates,
  ) {}

  @Operation({
    name: 'iam:SimulateCustomPolicy',
    summary: 'Simulate policies that are passed as text',
    route: 'POST /v1/policy-simulations/custom',
    accessLevel: 'Read',
    longWork: true,
    input: simulateCustomInput,
    output: simulateOutput,
    errors: ['InvalidInput', 'LimitExceeded'],
  })
  async simulateCustomPolicy(input: z.output<typeof simulateCustomInput>, context: OperationContext) {
    const simulation = await this.templates.addTo(context, await this.simulator.custom(context, input));
    const { results, ...paging } = await this.simulator.page(simulation, input, toEvaluationResult);
    return { evaluationResults: results, ...paging };
  }

  @Operation({
    name: 'iam:SimulatePrincipalPolicy',
    summary: 'Simulate the policies of a user, group or role',
    description:
      'The result discloses the permissions of other users. Grant this operation only to users who may know them.',
    route: 'POST /v1/policy-simulations/principal',
    accessLevel: 'Read',
    longWork: true,
    input: simulatePrincipalInput,
    output: simulateOutput,
    locate: ({ input, ...scope }) => locateIdentityByArn(scope, input.policySourceArn),
    errors: ['NoSuchEntity', 'InvalidInput', 'LimitExceeded'],
  })
  async simulatePrincipalPolicy(input: z.output<typeof simulatePrincipalInput>, context: OperationContext<Identity>) {
    const simulation = await this.templates.addTo(context, await this.simulator.principal(context, input));
    const { results, ...paging } = await this.simulator.page(simulation, input, toEvaluationResult);
    return { evaluationResults: results, ...paging };
  }

  @Operation({
    name: 'gatehouse:ExplainCustomPolicy',
    summary: 'Explain by statement how policies that are passed as text decide',
    description: 'Like SimulateCustomPolicy, with every statement and the elements of it that matched.',
    route: 'POST /v1/policy-simulations/custom/explain',
    accessLevel: 'Read',
    longWork: true,
    input: simulateCustomInput,
    output: explainOutput,
    errors: ['InvalidInput', 'LimitExceeded'],
  })
  async explainCustomPolicy(input: z.output<typeof simulateCustomInput>, context: OperationContext) {
    const simulation = await this.simulator.custom(context, input);
    const { results, ...paging } = await this.simulator.page(simulation, input, toExplanations);
    return { explanations: results.flat(), ...paging };
  }

  @Operation({
    name: 'gatehouse:ExplainPrincipalPolicy',
    summary: 'Explain by statement how the policies of a user, group or role decide',
    description: 'Like SimulatePrincipalPolicy, with every statement and the elements of it that matched.',
    route: 'POST /v1/policy-simulations/principal/explain',
    accessLevel: 'Read',
    longWork: true,
    input: simulatePrincipalInput,
    output: explainOutput,
    locate: ({ input, ...scope }) => locateIdentityByArn(scope, input.policySourceArn),
    errors: ['NoSuchEntity', 'InvalidInput', 'LimitExceeded'],
  })
  async explainPrincipalPolicy(input: z.output<typeof simulatePrincipalInput>, context: OperationContext<Identity>) {
    const simulation = await this.simulator.principal(context, input);
    const { results, ...paging } = await this.simulator.page(simulation, input, toExplanations);
    return { explanations: results.flat(), ...paging };
  }

  @Operation({
    name: 'iam:GetContextKeysForCustomPolicy',
    summary: 'List the condition keys in policies that are passed as text',
    route: 'POST /v1/policy-simulations/custom/context-keys',
    accessLevel: 'Read',
    input: customContextKeysInput,
    output: contextKeysOutput,
    errors: ['InvalidInput', 'LimitExceeded'],
  })
  async getContextKeysForCustomPolicy(input: z.output<typeof customContextKeysInput>, context: OperationContext) {
    return { contextKeyNames: await this.simulator.customContextKeys(context, input.policyInputList) };
  }

  @Operation({
    name: 'iam:GetContextKeysForPrincipalPolicy',
    summary: 'List the condition keys in the policies of a user, group or role',
    route: 'POST /v1/policy-simulations/principal/context-keys',
    accessLevel: 'Read',
    input: principalContextKeysInput,
    output: contextKeysOutput,
    locate: ({ input, ...scope }) => locateIdentityByArn(scope, input.policySourceArn),
    errors: ['NoSuchEntity', 'InvalidInput', 'LimitExceeded'],
  })
  async getContextKeysForPrincipalPolicy(
    input: z.output<typeof principalContextKeysInput>,
    context: OperationContext<Identity>,
  ) {
    return { contextKeyNames: await this.simulator.principalContextKeys(context, input.policyInputList ?? []) };
  }
}
