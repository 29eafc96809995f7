import { parentPort, workerData } from 'node:worker_threads';
import { ApiError } from '../../../kernel/errors/errors.js';
import { readCsv } from './read-csv.js';
import { readPskc } from './read-pskc.js';
import type { SentToken, TokenFile, TokenFileAnswer } from './token-file-reader.js';
import type { TokenRecord } from './token-record.js';

/** With more tokens, writing the rows would take too long. */
const MAXIMUM_TOKENS = 1_000;

parentPort!.postMessage(await answer(workerData as TokenFile));

async function answer(file: TokenFile): Promise<TokenFileAnswer> {
  try {
    const tokens = await read(file);
    requireFit(tokens);
    return { tokens: tokens.map(toSent) };
  } catch (error) {
    if (error instanceof ApiError) return { code: error.code, message: error.message };
    return { message: error instanceof Error ? error.message : 'unknown' };
  }
}

async function read({ format, document, key, password }: TokenFile): Promise<readonly TokenRecord[]> {
  if (format === 'csv') return readCsv(document);
  return readPskc(document, { key: key && Buffer.from(key), password });
}

function toSent({ seed, ...token }: TokenRecord): SentToken {
  return { ...token, hexadecimalSeed: Buffer.from(seed).toString('hex') };
}

/** @throws ApiError InvalidInput, LimitExceeded */
function requireFit(tokens: readonly TokenRecord[]): void {
  if (tokens.length === 0) throw new ApiError('InvalidInput', 'The file contains no tokens.');
  if (tokens.length > MAXIMUM_TOKENS) {
    const message = `The file contains ${tokens.length} tokens. Import at most ${MAXIMUM_TOKENS} at a time.`;
    throw new ApiError('LimitExceeded', message);
  }
  const seen = new Set<string>();
  for (const { serialNumber } of tokens) {
    if (seen.has(serialNumber)) throw new ApiError('InvalidInput', `The file contains ${serialNumber} twice.`);
    seen.add(serialNumber);
  }
}
