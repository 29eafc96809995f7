import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { LocateScope } from '../../../access/actions/action.js';
import type { OperationContext } from '../../../operations/declaration.js';
import { Operation } from '../../../operations/operation.decorator.js';
import { gatehouseArn } from '../../../kernel/arn.js';
import {
  importTokensInput,
  importTokensOutput,
  listTokensInput,
  listTokensOutput,
  tokenInput,
  tokenOutput,
} from './hardware-tokens.schema.js';
import { HardwareTokensService } from './hardware-tokens.service.js';

const onInventory = {
  locate: ({ accountId, partition }: LocateScope<unknown>) => ({
    arn: gatehouseArn(partition, accountId, 'hardware-token/*'),
    row: undefined,
  }),
};
const onToken = {
  locate: ({ accountId, partition, input }: LocateScope<{ serialNumber: string }>) => ({
    arn: gatehouseArn(partition, accountId, `hardware-token/${input.serialNumber}`),
    row: undefined,
  }),
};

/** The platform's inventory of hardware tokens. Users enable one by its serial number: `iam:EnableMFADevice`. */
@Controller()
export class HardwareTokensController {
  constructor(private readonly tokens: HardwareTokensService) {}

  @Operation({
    name: 'gatehouse:ImportHardwareTokens',
    summary: 'Import hardware tokens from a vendor file',
    description:
      'Accepts PSKC (RFC 6030), unencrypted or encrypted with a pre-shared key or a password, or CSV ' +
      'with the columns serialNumber, seed (hexadecimal), type, algorithm, digits, period, counter, ' +
      'manufacturer. Imports the whole file or nothing.',
    route: 'POST /v1/hardware-tokens',
    status: 201,
    accessLevel: 'Write',
    changesCredentials: true,
    access: 'management',
    input: importTokensInput,
    output: importTokensOutput,
    ...onInventory,
    errors: ['InvalidInput', 'EntityAlreadyExists', 'LimitExceeded'],
    effect: 'changes',
  })
  async importHardwareTokens(input: z.output<typeof importTokensInput>, { tx }: OperationContext) {
    return { imported: await this.tokens.import(tx, input) };
  }

  @Operation({
    name: 'gatehouse:ListHardwareTokens',
    summary: 'List the hardware tokens of the platform',
    route: 'GET /v1/hardware-tokens',
    accessLevel: 'List',
    access: 'management',
    input: listTokensInput,
    output: listTokensOutput,
    ...onInventory,
    errors: [],
  })
  listHardwareTokens(input: z.output<typeof listTokensInput>, { tx }: OperationContext) {
    return this.tokens.list(tx, input);
  }

  @Operation({
    name: 'gatehouse:GetHardwareToken',
    summary: 'Get a hardware token of the platform',
    route: 'GET /v1/hardware-tokens/:serialNumber',
    accessLevel: 'Read',
    access: 'management',
    input: tokenInput,
    output: tokenOutput,
    ...onToken,
    errors: ['NoSuchEntity'],
  })
  async getHardwareToken({ serialNumber }: z.output<typeof tokenInput>, { tx }: OperationContext) {
    return { hardwareToken: await this.tokens.get(tx, serialNumber) };
  }

  @Operation({
    name: 'gatehouse:DeleteHardwareToken',
    summary: 'Delete a hardware token from the inventory',
    description: 'The token must not be in use.',
    route: 'DELETE /v1/hardware-tokens/:serialNumber',
    accessLevel: 'Write',
    changesCredentials: true,
    access: 'management',
    input: tokenInput,
    ...onToken,
    errors: ['NoSuchEntity', 'DeleteConflict'],
    effect: 'changes',
  })
  async deleteHardwareToken({ serialNumber }: z.output<typeof tokenInput>, { tx }: OperationContext) {
    await this.tokens.delete(tx, serialNumber);
  }
}
