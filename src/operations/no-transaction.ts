import type { Transaction } from '../kernel/database/database.service.js';

/** The transaction of operations that use no rows, or whose output is cached. */
export const noTransaction = new Proxy({} as Transaction, {
  get() {
    throw new Error('The operation is declared to use no database rows');
  },
});
