import { Module } from '@nestjs/common';
import { tagsColumn } from '../../kernel/tags.js';
import { ThrottlingModule } from '../../kernel/throttling/throttling.module.js';
import { tagsController } from '../tags/tags.controller.js';
import { TagsModule } from '../tags/tags.module.js';
import { HardwareTokensController } from './hardware-tokens/hardware-tokens.controller.js';
import { HardwareTokensService } from './hardware-tokens/hardware-tokens.service.js';
import { locateMfaDevice, serialNumberOf } from './mfa-device.target.js';
import { MfaDevicesController } from './mfa-devices.controller.js';
import { MfaDevicesService } from './mfa-devices.service.js';
import { MfaVerifier } from './mfa-verifier.service.js';
import { OathDevicesService } from './oath-devices.service.js';
import { RecoveryCodesController } from './recovery-codes/recovery-codes.controller.js';
import { RecoveryCodes } from './recovery-codes/recovery-codes.service.js';
import { RequestCodes } from './request-codes.service.js';
import { SecurityKeyAssertions } from './security-key-assertions.service.js';
import { SecurityKeysController } from './security-keys.controller.js';
import { SecurityKeysService } from './security-keys.service.js';
import { VirtualDevicesController } from './virtual-devices.controller.js';
import { serialNumber } from './virtual-devices.schema.js';
import { VirtualDevicesService } from './virtual-devices.service.js';
import { MailModule } from '../../kernel/mail/mail.module.js';
import { SecretsModule } from '../../kernel/secrets/secrets.module.js';
import { AccessModule } from '../../access/access.module.js';

@Module({
  imports: [AccessModule, MailModule, SecretsModule, TagsModule, ThrottlingModule],
  controllers: [
    VirtualDevicesController,
    MfaDevicesController,
    SecurityKeysController,
    HardwareTokensController,
    RecoveryCodesController,
    tagsController({
      title: 'MFADevice',
      member: 'serialNumber',
      schema: serialNumber,
      route: '/v1/mfa-devices/tags',
      resourceType: 'mfa',
      search: async ({ tx, accountId, partition }, { where, after, take }) => {
        const rows = await tx.mfaDevice.findMany({
          where: { accountId, deviceId: { gt: after }, ...where },
          orderBy: { deviceId: 'asc' },
          take,
        });
        return rows.map((row) => ({
          key: row.deviceId,
          arn: serialNumberOf(row, partition),
          tags: tagsColumn.read(row.tags),
        }));
      },
      locate: locateMfaDevice,
      save: (tx, { accountId, deviceId }, tags) =>
        tx.mfaDevice.update({ where: { accountId_deviceId: { accountId, deviceId } }, data: { tags } }),
    }),
  ],
  providers: [
    VirtualDevicesService,
    MfaDevicesService,
    OathDevicesService,
    HardwareTokensService,
    SecurityKeysService,
    SecurityKeyAssertions,
    MfaVerifier,
    RecoveryCodes,
    RequestCodes,
  ],
  exports: [MfaVerifier, RecoveryCodes, SecurityKeyAssertions, SecurityKeysService, VirtualDevicesService],
})
export class MfaModule {}
