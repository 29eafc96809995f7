import type { Transaction } from '../kernel/database/database.service.js';

/** What an operation is given that touches no rows, or whose answer is remembered. */
export const noTransaction = new Proxy({} as Transaction, {
  get() {
    throw new Error('The operation is declared to use no database rows');
  },
});
