import { Injectable } from '@nestjs/common';
import { JsonColumn } from '../../kernel/database/json-column.js';
import { ApiError } from '../../kernel/errors/errors.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import { AccountSettingsService } from './account-settings.service.js';

type Properties = Readonly<Record<string, string>>;

const propertiesColumn = new JsonColumn<Properties>();

const MAXIMUM_PROPERTIES = 100;

/** Source: IAM API reference, PutAccountProperties. */
@Injectable()
export class AccountPropertiesService {
  constructor(private readonly settings: AccountSettingsService) {}

  async read(tx: Transaction, accountId: string): Promise<Properties> {
    return propertiesColumn.read((await this.settings.read(tx, accountId)).properties);
  }

  /**
   * Sets properties of one namespace; the others do not change.
   *
   * @throws ApiError InvalidInput
   */
  async set(tx: Transaction, accountId: string, changes: Properties): Promise<void> {
    requireOneNamespace(Object.keys(changes));
    const properties = { ...(await this.read(tx, accountId)), ...changes };
    if (Object.keys(properties).length > MAXIMUM_PROPERTIES) {
      throw new ApiError('InvalidInput', `An account can have at most ${MAXIMUM_PROPERTIES} properties.`);
    }
    await this.settings.change(tx, accountId, { properties });
  }
}

function requireOneNamespace(keys: readonly string[]): void {
  const namespaces = keys.map((key) => {
    const [namespace, name, ...rest] = key.split('/');
    if (!namespace || !name || rest.length > 0) {
      throw new ApiError('InvalidInput', `The property key ${key} does not have the form Namespace/PropertyName.`);
    }
    return namespace;
  });
  if (new Set(namespaces).size > 1) {
    throw new ApiError('InvalidInput', 'All properties of a request must belong to the same namespace.');
  }
}
