import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import type { Account } from '../../generated/prisma/client.js';
import {
  alternateContactInput,
  alternateContactOutput,
  contactInformationOutput,
  putAlternateContactInput,
  putContactInformationInput,
} from './account-contacts.schema.js';
import { AccountContactsService } from './account-contacts.service.js';
import { locateAccount, namedAccount } from './account.target.js';
import { accountIdInput } from './accounts.schema.js';

/**
 * For the management account, or for the owner of the account.
 *
 * Source: AWS Account Management API reference, the operations of the same names.
 */
@Controller()
export class AccountContactsController {
  constructor(private readonly contacts: AccountContactsService) {}

  @Operation({
    name: 'gatehouse:GetContactInformation',
    summary: 'Get the contact information of an account',
    route: 'GET /v1/accounts/:accountId/contact-information',
    accessLevel: 'Read',
    input: accountIdInput,
    output: contactInformationOutput,
    account: namedAccount,
    locate: locateAccount,
    errors: ['NoSuchEntity'],
  })
  async getContactInformation(_: z.output<typeof accountIdInput>, { tx, target }: OperationContext<Account>) {
    return { contactInformation: await this.contacts.contactInformation(tx, target) };
  }

  @Operation({
    name: 'gatehouse:PutContactInformation',
    summary: 'Set the contact information of an account',
    route: 'PUT /v1/accounts/:accountId/contact-information',
    accessLevel: 'Write',
    input: putContactInformationInput,
    account: namedAccount,
    locate: locateAccount,
    errors: ['NoSuchEntity', 'InvalidAccountState'],
    effect: 'changes',
  })
  async putContactInformation(
    { contactInformation }: z.output<typeof putContactInformationInput>,
    { tx, target }: OperationContext<Account>,
  ) {
    await this.contacts.put(tx, target, 'PRIMARY', contactInformation);
  }

  @Operation({
    name: 'gatehouse:GetAlternateContact',
    summary: 'Get the billing, operations or security contact of an account',
    route: 'GET /v1/accounts/:accountId/alternate-contacts/:alternateContactType',
    accessLevel: 'Read',
    input: alternateContactInput,
    output: alternateContactOutput,
    account: namedAccount,
    locate: locateAccount,
    errors: ['NoSuchEntity'],
  })
  async getAlternateContact(
    { alternateContactType }: z.output<typeof alternateContactInput>,
    { tx, target }: OperationContext<Account>,
  ) {
    return { alternateContact: await this.contacts.alternateContact(tx, target, alternateContactType) };
  }

  @Operation({
    name: 'gatehouse:PutAlternateContact',
    summary: 'Set the billing, operations or security contact of an account',
    route: 'PUT /v1/accounts/:accountId/alternate-contacts/:alternateContactType',
    accessLevel: 'Write',
    input: putAlternateContactInput,
    account: namedAccount,
    locate: locateAccount,
    errors: ['NoSuchEntity', 'InvalidAccountState'],
    effect: 'changes',
  })
  async putAlternateContact(
    { accountId: _, alternateContactType, ...details }: z.output<typeof putAlternateContactInput>,
    { tx, target }: OperationContext<Account>,
  ) {
    await this.contacts.put(tx, target, alternateContactType, details);
  }

  @Operation({
    name: 'gatehouse:DeleteAlternateContact',
    summary: 'Delete the billing, operations or security contact of an account',
    route: 'DELETE /v1/accounts/:accountId/alternate-contacts/:alternateContactType',
    accessLevel: 'Write',
    input: alternateContactInput,
    account: namedAccount,
    locate: locateAccount,
    errors: ['NoSuchEntity'],
    effect: 'changes',
  })
  async deleteAlternateContact(
    { alternateContactType }: z.output<typeof alternateContactInput>,
    { tx, target }: OperationContext<Account>,
  ) {
    await this.contacts.delete(tx, target, alternateContactType);
  }
}
