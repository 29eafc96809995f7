import { Module } from '@nestjs/common';
import { serverCertificateName } from '../../kernel/iam-names.schema.js';
import { tagsColumn } from '../../kernel/tags.js';
import { tagsController } from '../tags/tags.controller.js';
import { TagsModule } from '../tags/tags.module.js';
import { locateServerCertificate, serverCertificateArn } from './server-certificate.target.js';
import { ServerCertificatesController } from './server-certificates.controller.js';
import { ServerCertificatesService } from './server-certificates.service.js';
import { SigningCertificatesController } from './signing-certificates.controller.js';
import { SigningCertificatesService } from './signing-certificates.service.js';
import { SecretsModule } from '../../kernel/secrets/secrets.module.js';

@Module({
  imports: [SecretsModule, TagsModule],
  controllers: [
    ServerCertificatesController,
    SigningCertificatesController,
    tagsController({
      title: 'ServerCertificate',
      member: 'serverCertificateName',
      schema: serverCertificateName,
      route: '/v1/server-certificates/:serverCertificateName/tags',
      resourceType: 'server-certificate',
      search: async ({ tx, accountId, partition }, { where, after, take }) => {
        const rows = await tx.serverCertificate.findMany({
          where: { accountId, certificateId: { gt: after }, ...where },
          orderBy: { certificateId: 'asc' },
          take,
        });
        return rows.map((row) => ({
          key: row.certificateId,
          arn: serverCertificateArn(row, partition),
          tags: tagsColumn.read(row.tags),
        }));
      },
      locate: locateServerCertificate,
      save: (tx, { accountId, certificateId }, tags) =>
        tx.serverCertificate.update({
          where: { accountId_certificateId: { accountId, certificateId } },
          data: { tags },
        }),
    }),
  ],
  providers: [ServerCertificatesService, SigningCertificatesService],
})
export class CertificatesModule {}
