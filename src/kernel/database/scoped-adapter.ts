import type {
  ConnectionInfo,
  IsolationLevel,
  SqlDriverAdapter,
  SqlDriverAdapterFactory,
  SqlQuery,
  SqlResultSet,
  Transaction,
} from '@prisma/driver-adapter-utils';
import { ROLE_ENTRY } from './scope.js';

/** A statement was about to run without a role and a scope, where row-level security may not apply. */
class OutsideScopeError extends Error {
  override readonly name = 'OutsideScopeError';

  constructor() {
    super('A statement must run in a transaction of Database, after it has entered its role and scope.');
  }
}

/**
 * Wraps Prisma's driver adapter so that no statement runs without a role and a scope: nothing runs outside of a
 * transaction, and the first statement of a transaction must be that of `enterRoleAndScope`.
 */
export class ScopedAdapterFactory implements SqlDriverAdapterFactory {
  readonly provider: SqlDriverAdapterFactory['provider'];
  readonly adapterName: string;

  constructor(private readonly inner: SqlDriverAdapterFactory) {
    this.provider = inner.provider;
    this.adapterName = inner.adapterName;
  }

  async connect(): Promise<SqlDriverAdapter> {
    return new ScopedAdapter(await this.inner.connect());
  }
}

class ScopedAdapter implements SqlDriverAdapter {
  readonly provider: SqlDriverAdapter['provider'];
  readonly adapterName: string;

  constructor(private readonly inner: SqlDriverAdapter) {
    this.provider = inner.provider;
    this.adapterName = inner.adapterName;
  }

  queryRaw(): Promise<never> {
    return Promise.reject(new OutsideScopeError());
  }

  executeRaw(): Promise<never> {
    return Promise.reject(new OutsideScopeError());
  }

  executeScript(): Promise<never> {
    return Promise.reject(new OutsideScopeError());
  }

  async startTransaction(isolationLevel?: IsolationLevel): Promise<Transaction> {
    return new ScopedTransaction(await this.inner.startTransaction(isolationLevel));
  }

  getConnectionInfo(): ConnectionInfo {
    return this.inner.getConnectionInfo?.() ?? { supportsRelationJoins: true };
  }

  dispose(): Promise<void> {
    return this.inner.dispose();
  }
}

/** Ends a transaction, which Prisma does with an ordinary statement. */
const endings: ReadonlySet<string> = new Set(['COMMIT', 'ROLLBACK']);

class ScopedTransaction implements Transaction {
  readonly provider: Transaction['provider'];
  readonly adapterName: string;
  readonly options: Transaction['options'];
  #hasEntered = false;

  constructor(private readonly inner: Transaction) {
    this.provider = inner.provider;
    this.adapterName = inner.adapterName;
    this.options = inner.options;
  }

  queryRaw(query: SqlQuery): Promise<SqlResultSet> {
    return this.#hasEntered ? this.inner.queryRaw(query) : Promise.reject(new OutsideScopeError());
  }

  async executeRaw(query: SqlQuery): Promise<number> {
    if (this.#hasEntered || endings.has(query.sql)) return this.inner.executeRaw(query);
    if (!query.sql.startsWith(ROLE_ENTRY)) throw new OutsideScopeError();
    const result = await this.inner.executeRaw(query);
    this.#hasEntered = true;
    return result;
  }

  commit(): Promise<void> {
    return this.inner.commit();
  }

  rollback(): Promise<void> {
    return this.inner.rollback();
  }

  createSavepoint(name: string): Promise<void> {
    return this.inner.createSavepoint?.(name) ?? Promise.reject(new OutsideScopeError());
  }

  rollbackToSavepoint(name: string): Promise<void> {
    return this.inner.rollbackToSavepoint?.(name) ?? Promise.reject(new OutsideScopeError());
  }

  releaseSavepoint(name: string): Promise<void> {
    return this.inner.releaseSavepoint?.(name) ?? Promise.reject(new OutsideScopeError());
  }
}
