import { Worker } from 'node:worker_threads';
import { ApiError, type ErrorCode } from '../../../kernel/errors/errors.js';
import type { TokenRecord } from './token-record.js';

/** Milliseconds, including the start of the thread and the derivation of a key from a password. */
const TIME_LIMIT = 10_000;
const MEMORY_MEGABYTES = 128;

/** The input of the thread. */
export interface TokenFile {
  readonly format: 'csv' | 'pskc';
  readonly document: string;
  /** Decrypts an encrypted PSKC file. */
  readonly key?: Uint8Array | undefined;
  readonly password?: string | undefined;
}

/** The form in which it is passed between threads: copying thousands of seeds with separate buffers would take long. */
export type SentToken = Omit<TokenRecord, 'seed'> & { readonly hexadecimalSeed: string };

/** A code is that of an `ApiError`; a message without a code is an internal error. */
export type TokenFileAnswer =
  { readonly tokens: readonly SentToken[] } | { readonly code?: ErrorCode; readonly message: string };

/**
 * Parses a file of up to one megabyte in a separate thread, which ends afterwards: parsing takes longer than one
 * request may hold the event loop.
 *
 * @throws ApiError like `readCsv` and `readPskc`; LimitExceeded if it takes too long
 */
export async function readTokenFile(file: TokenFile): Promise<readonly SentToken[]> {
  const worker = new Worker(new URL('./token-file-thread.js', import.meta.url), {
    workerData: file,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MEGABYTES },
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    const answer = await new Promise<TokenFileAnswer>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error('The thread that parses token files ended without a result')));
      timer = setTimeout(() => reject(tooLong()), TIME_LIMIT);
    });
    if ('tokens' in answer) return answer.tokens;
    throw answer.code ? new ApiError(answer.code, answer.message) : new Error(answer.message);
  } finally {
    clearTimeout(timer);
    void worker.terminate();
  }
}

function tooLong(): ApiError {
  return new ApiError('LimitExceeded', 'Parsing the file takes too long. Import its tokens in several files.');
}
