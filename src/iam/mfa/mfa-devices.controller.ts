import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import type { Identity } from '../../generated/prisma/client.js';
import { locateUserOrCaller } from '../resources/identity.target.js';
import {
  getMfaDeviceOutput,
  listMfaDevicesInput,
  listMfaDevicesOutput,
  mfaDeviceInput,
  twoCodesInput,
} from './mfa-devices.schema.js';
import { MfaDevicesService } from './mfa-devices.service.js';

type Context = OperationContext<Identity | undefined>;

/** Source: IAM API reference, the operations on MFA devices. Without a user name, they act on the caller's devices. */
@Controller()
export class MfaDevicesController {
  constructor(private readonly devices: MfaDevicesService) {}

  @Operation({
    name: 'iam:EnableMFADevice',
    summary: 'Enable a virtual MFA device or hardware token',
    description:
      'Requires two consecutive codes. Sign-in requires MFA from then on. Ends the other sessions of the user.',
    route: 'POST /v1/mfa-devices/enable',
    accessLevel: 'Write',
    changesCredentials: true,
    stepUp: 'ownIdentity',
    input: twoCodesInput,
    locate: locateUserOrCaller,
    errors: ['NoSuchEntity', 'EntityAlreadyExists', 'LimitExceeded', 'InvalidAuthenticationCode'],
  })
  async enableMfaDevice(input: z.output<typeof twoCodesInput>, context: Context) {
    await this.devices.enable(context, input);
  }

  @Operation({
    name: 'iam:ResyncMFADevice',
    summary: 'Resynchronize an MFA device whose clock or counter is out of step',
    description: 'Requires two consecutive codes.',
    route: 'POST /v1/mfa-devices/resync',
    accessLevel: 'Write',
    changesCredentials: true,
    input: twoCodesInput,
    locate: locateUserOrCaller,
    errors: ['NoSuchEntity', 'InvalidAuthenticationCode', 'Throttling', 'SignInLocked'],
    effect: 'changes',
  })
  async resyncMfaDevice(input: z.output<typeof twoCodesInput>, context: Context) {
    await this.devices.resynchronise(context, input);
  }

  @Operation({
    name: 'iam:DeactivateMFADevice',
    summary: 'Deactivate an MFA device',
    description: 'Ends the other sessions of the user.',
    route: 'POST /v1/mfa-devices/deactivate',
    accessLevel: 'Write',
    changesCredentials: true,
    stepUp: 'ownIdentity',
    input: mfaDeviceInput,
    locate: locateUserOrCaller,
    errors: ['NoSuchEntity'],
  })
  async deactivateMfaDevice(input: z.output<typeof mfaDeviceInput>, context: Context) {
    await this.devices.deactivate(context, input.serialNumber);
  }

  @Operation({
    name: 'iam:ListMFADevices',
    summary: 'List the MFA devices of a user',
    route: 'GET /v1/mfa-devices',
    accessLevel: 'List',
    input: listMfaDevicesInput,
    output: listMfaDevicesOutput,
    locate: locateUserOrCaller,
    errors: ['NoSuchEntity'],
  })
  listMfaDevices(input: z.output<typeof listMfaDevicesInput>, context: Context) {
    return this.devices.list(context, input);
  }

  @Operation({
    name: 'iam:GetMFADevice',
    summary: 'Get an MFA device of a user',
    route: 'GET /v1/mfa-devices/one',
    accessLevel: 'Read',
    input: mfaDeviceInput,
    output: getMfaDeviceOutput,
    locate: locateUserOrCaller,
    errors: ['NoSuchEntity'],
  })
  getMfaDevice(input: z.output<typeof mfaDeviceInput>, context: Context) {
    return this.devices.get(context, input.serialNumber);
  }
}
