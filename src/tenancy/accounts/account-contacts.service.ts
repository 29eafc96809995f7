import { Injectable } from '@nestjs/common';
import { JsonColumn } from '../../kernel/database/json-column.js';
import { ApiError } from '../../kernel/errors/errors.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import type { Account, AccountContactType } from '../../generated/prisma/client.js';
import type { AlternateContact, ContactInformation } from './account-contacts.schema.js';

const contactInformationColumn = new JsonColumn<ContactInformation>();
const alternateContactColumn = new JsonColumn<Omit<AlternateContact, 'alternateContactType'>>();

/** The contacts of an account, for the operator. */
@Injectable()
export class AccountContactsService {
  /** @throws ApiError NoSuchEntity */
  async contactInformation(tx: Transaction, account: Account): Promise<ContactInformation> {
    return contactInformationColumn.read(await this.find(tx, account, 'PRIMARY'));
  }

  /** @throws ApiError NoSuchEntity */
  async alternateContact(
    tx: Transaction,
    account: Account,
    alternateContactType: AlternateContact['alternateContactType'],
  ): Promise<AlternateContact> {
    const details = await this.find(tx, account, alternateContactType);
    return { ...alternateContactColumn.read(details), alternateContactType };
  }

  /**
   * Adds the contact, or replaces all of it.
   *
   * @throws ApiError InvalidAccountState
   */
  async put(
    tx: Transaction,
    { accountId, status }: Account,
    contactType: AccountContactType,
    details: Readonly<Record<string, string | undefined>>,
  ): Promise<void> {
    if (status === 'purged') throw new ApiError('InvalidAccountState', 'The account is purged and cannot be changed.');
    await tx.accountContact.upsert({
      where: { accountId_contactType: { accountId, contactType } },
      create: { accountId, contactType, details },
      update: { details },
    });
  }

  /** @throws ApiError NoSuchEntity */
  async delete(tx: Transaction, { accountId }: Account, contactType: AccountContactType): Promise<void> {
    const { count } = await tx.accountContact.deleteMany({ where: { accountId, contactType } });
    if (count === 0) throw noContact(contactType);
  }

  private async find(tx: Transaction, { accountId }: Account, contactType: AccountContactType) {
    const where = { accountId_contactType: { accountId, contactType } };
    const contact = await tx.accountContact.findUnique({ where });
    if (!contact) throw noContact(contactType);
    return contact.details;
  }
}

function noContact(contactType: AccountContactType): ApiError {
  const which = contactType === 'PRIMARY' ? 'contact information' : `${contactType} contact`;
  return new ApiError('NoSuchEntity', `The account has no ${which}.`);
}
