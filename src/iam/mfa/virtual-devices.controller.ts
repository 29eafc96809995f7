import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import type { MfaDevice } from '../../generated/prisma/client.js';
import { deviceArn, locateMfaDevice, missingDevice } from './mfa-device.target.js';
import {
  createVirtualDeviceInput,
  createVirtualDeviceOutput,
  listVirtualDevicesInput,
  listVirtualDevicesOutput,
  virtualDeviceInput,
} from './virtual-devices.schema.js';
import { VirtualDevicesService } from './virtual-devices.service.js';

/** Source: IAM API reference, the operations on virtual MFA devices. */
@Controller()
export class VirtualDevicesController {
  constructor(private readonly devices: VirtualDevicesService) {}

  @Operation({
    name: 'iam:CreateVirtualMFADevice',
    summary: 'Create a virtual MFA device',
    description:
      'The seed and the QR code are returned only in this response. The device is unassigned until it ' +
      'is enabled for a user.',
    route: 'POST /v1/virtual-mfa-devices',
    status: 201,
    accessLevel: 'Write',
    changesCredentials: true,
    input: createVirtualDeviceInput,
    output: createVirtualDeviceOutput,
    locate: ({ input, accountId, partition }) => ({
      arn: deviceArn(partition, accountId, `mfa${input.path ?? '/'}${input.virtualMfaDeviceName}`),
      row: undefined,
    }),
    tagPermission: 'iam:TagMFADevice',
    errors: ['EntityAlreadyExists', 'InvalidInput', 'LimitExceeded'],
    effect: 'changes',
  })
  async createVirtualMfaDevice(input: z.output<typeof createVirtualDeviceInput>, context: OperationContext) {
    return { virtualMfaDevice: await this.devices.create(context, input) };
  }

  @Operation({
    name: 'iam:ListVirtualMFADevices',
    summary: 'List virtual MFA devices',
    route: 'GET /v1/virtual-mfa-devices',
    accessLevel: 'List',
    input: listVirtualDevicesInput,
    output: listVirtualDevicesOutput,
    errors: [],
  })
  listVirtualMfaDevices(input: z.output<typeof listVirtualDevicesInput>, context: OperationContext) {
    return this.devices.list(context, input);
  }

  @Operation({
    name: 'iam:DeleteVirtualMFADevice',
    summary: 'Delete a virtual MFA device',
    description: 'Deactivate the device first.',
    route: 'DELETE /v1/virtual-mfa-devices',
    accessLevel: 'Write',
    changesCredentials: true,
    input: virtualDeviceInput,
    locate: async ({ input, ...scope }) => {
      const target = await locateMfaDevice(scope, input.serialNumber);
      if (!('row' in target) || target.row.kind === 'virtual') return target;
      return { arn: target.arn, missing: missingDevice(target.arn) };
    },
    errors: ['NoSuchEntity', 'DeleteConflict'],
    effect: 'changes',
  })
  async deleteVirtualMfaDevice(
    _input: z.output<typeof virtualDeviceInput>,
    { tx, target }: OperationContext<MfaDevice>,
  ) {
    await this.devices.delete(tx, target);
  }
}
