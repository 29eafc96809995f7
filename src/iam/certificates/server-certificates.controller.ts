import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { LocateScope } from '../../access/actions/action.js';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import { iamArn } from '../../kernel/arn.js';
import type { ServerCertificate } from '../../generated/prisma/client.js';
import { locateServerCertificate, serverCertificateArn } from './server-certificate.target.js';
import {
  getServerCertificateOutput,
  listServerCertificatesInput,
  listServerCertificatesOutput,
  serverCertificateNameInput,
  updateServerCertificateInput,
  uploadServerCertificateInput,
  uploadServerCertificateOutput,
} from './server-certificates.schema.js';
import { ServerCertificatesService } from './server-certificates.service.js';

const onCertificate = {
  locate: ({ input, ...scope }: LocateScope<{ serverCertificateName: string }>) =>
    locateServerCertificate(scope, input.serverCertificateName),
};

/** Source: IAM API reference, the operations on server certificates. */
@Controller()
export class ServerCertificatesController {
  constructor(private readonly certificates: ServerCertificatesService) {}

  @Operation({
    name: 'iam:UploadServerCertificate',
    summary: 'Upload a TLS certificate with its private key',
    description: 'The private key is stored encrypted and cannot be retrieved.',
    route: 'POST /v1/server-certificates',
    status: 201,
    accessLevel: 'Write',
    input: uploadServerCertificateInput,
    output: uploadServerCertificateOutput,
    locate: ({ input, accountId, partition }) => ({
      arn: iamArn(partition, accountId, 'server-certificate', input.path ?? '/', input.serverCertificateName),
      row: undefined,
    }),
    tagPermission: 'iam:TagServerCertificate',
    errors: ['EntityAlreadyExists', 'InvalidInput', 'MalformedCertificate', 'KeyPairMismatch', 'LimitExceeded'],
    effect: 'changes',
  })
  uploadServerCertificate(input: z.output<typeof uploadServerCertificateInput>, context: OperationContext) {
    return this.certificates.upload(context, input);
  }

  @Operation({
    name: 'iam:GetServerCertificate',
    summary: 'Get a server certificate',
    route: 'GET /v1/server-certificates/:serverCertificateName',
    accessLevel: 'Read',
    input: serverCertificateNameInput,
    output: getServerCertificateOutput,
    ...onCertificate,
    errors: ['NoSuchEntity'],
  })
  getServerCertificate(
    _input: z.output<typeof serverCertificateNameInput>,
    { partition, target }: OperationContext<ServerCertificate>,
  ) {
    return Promise.resolve({ serverCertificate: this.certificates.describe(target, partition) });
  }

  @Operation({
    name: 'iam:ListServerCertificates',
    summary: 'List server certificates',
    route: 'GET /v1/server-certificates',
    accessLevel: 'List',
    input: listServerCertificatesInput,
    output: listServerCertificatesOutput,
    errors: [],
  })
  listServerCertificates(input: z.output<typeof listServerCertificatesInput>, context: OperationContext) {
    return this.certificates.list(context, input);
  }

  @Operation({
    name: 'iam:UpdateServerCertificate',
    summary: 'Rename a server certificate or move it to another path',
    route: 'PATCH /v1/server-certificates/:serverCertificateName',
    accessLevel: 'Write',
    input: updateServerCertificateInput,
    ...onCertificate,
    destination: ({ newServerCertificateName, newPath }, row, partition) =>
      serverCertificateArn(
        { ...row, name: newServerCertificateName ?? row.name, path: newPath ?? row.path },
        partition,
      ),
    errors: ['NoSuchEntity', 'EntityAlreadyExists'],
    effect: 'changes',
  })
  async updateServerCertificate(
    input: z.output<typeof updateServerCertificateInput>,
    { tx, target }: OperationContext<ServerCertificate>,
  ) {
    await this.certificates.move(tx, target, input);
  }

  @Operation({
    name: 'iam:DeleteServerCertificate',
    summary: 'Delete a server certificate',
    route: 'DELETE /v1/server-certificates/:serverCertificateName',
    accessLevel: 'Write',
    input: serverCertificateNameInput,
    ...onCertificate,
    errors: ['NoSuchEntity'],
    effect: 'changes',
  })
  async deleteServerCertificate(
    _input: z.output<typeof serverCertificateNameInput>,
    { tx, target }: OperationContext<ServerCertificate>,
  ) {
    await this.certificates.delete(tx, target);
  }
}
