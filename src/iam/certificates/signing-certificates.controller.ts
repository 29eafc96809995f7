import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import type { Identity } from '../../generated/prisma/client.js';
import { locateUserOrCaller } from '../resources/identity.target.js';
import {
  listSigningCertificatesInput,
  listSigningCertificatesOutput,
  signingCertificateInput,
  updateSigningCertificateInput,
  uploadSigningCertificateInput,
  uploadSigningCertificateOutput,
} from './signing-certificates.schema.js';
import { SigningCertificatesService } from './signing-certificates.service.js';

type Context = OperationContext<Identity | undefined>;

/** Source: IAM API reference, the operations on signing certificates. */
@Controller()
export class SigningCertificatesController {
  constructor(private readonly certificates: SigningCertificatesService) {}

  @Operation({
    name: 'iam:UploadSigningCertificate',
    summary: 'Upload a signing certificate for a user',
    route: 'POST /v1/signing-certificates',
    status: 201,
    accessLevel: 'Write',
    changesCredentials: true,
    stepUp: 'ownIdentity',
    input: uploadSigningCertificateInput,
    output: uploadSigningCertificateOutput,
    locate: locateUserOrCaller,
    errors: ['NoSuchEntity', 'MalformedCertificate', 'InvalidCertificate', 'DuplicateCertificate', 'LimitExceeded'],
    effect: 'changes',
  })
  async uploadSigningCertificate(input: z.output<typeof uploadSigningCertificateInput>, context: Context) {
    return { certificate: await this.certificates.upload(context, input.certificateBody) };
  }

  @Operation({
    name: 'iam:ListSigningCertificates',
    summary: 'List the signing certificates of a user',
    route: 'GET /v1/signing-certificates',
    accessLevel: 'List',
    input: listSigningCertificatesInput,
    output: listSigningCertificatesOutput,
    locate: locateUserOrCaller,
    errors: ['NoSuchEntity'],
  })
  listSigningCertificates(input: z.output<typeof listSigningCertificatesInput>, context: Context) {
    return this.certificates.list(context, input);
  }

  @Operation({
    name: 'iam:UpdateSigningCertificate',
    summary: 'Activate or deactivate a signing certificate',
    route: 'PATCH /v1/signing-certificates/:certificateId',
    accessLevel: 'Write',
    changesCredentials: true,
    stepUp: 'ownIdentity',
    input: updateSigningCertificateInput,
    locate: locateUserOrCaller,
    errors: ['NoSuchEntity'],
    effect: 'changes',
  })
  async updateSigningCertificate(input: z.output<typeof updateSigningCertificateInput>, context: Context) {
    await this.certificates.setStatus(context, input.certificateId, input.status);
  }

  @Operation({
    name: 'iam:DeleteSigningCertificate',
    summary: 'Delete a signing certificate',
    route: 'DELETE /v1/signing-certificates/:certificateId',
    accessLevel: 'Write',
    changesCredentials: true,
    stepUp: 'ownIdentity',
    input: signingCertificateInput,
    locate: locateUserOrCaller,
    errors: ['NoSuchEntity'],
    effect: 'changes',
  })
  async deleteSigningCertificate(input: z.output<typeof signingCertificateInput>, context: Context) {
    await this.certificates.delete(context, input.certificateId);
  }
}
