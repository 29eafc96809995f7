import { ApiError } from '../../../kernel/errors/errors.js';
import { type TokenRecord, toTokenRecord } from './token-record.js';

const COLUMNS = ['serialNumber', 'seed', 'type', 'algorithm', 'digits', 'period', 'counter', 'manufacturer'] as const;
type Column = (typeof COLUMNS)[number];

/**
 * Tokens in CSV: a header line with column names, then one line per token; seeds in hexadecimal. Fields never contain
 * commas or quotes, so there is no quoting.
 *
 * @throws ApiError InvalidInput naming the line
 */
export function readCsv(text: string): TokenRecord[] {
  const [header = '', ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const columns = header.split(',').map((name) => name.trim());
  const unknown = columns.find((name) => !COLUMNS.includes(name as Column));
  if (unknown !== undefined || new Set(columns).size !== columns.length || !columns.includes('seed')) {
    throw new ApiError(
      'InvalidInput',
      `The first line must contain column names from this list: ${COLUMNS.join(', ')}.`,
    );
  }
  return lines.map((line, index) => {
    const where = `line ${index + 2}`;
    const fields = line.split(',').map((field) => field.trim());
    if (fields.length !== columns.length) {
      throw new ApiError(
        'InvalidInput',
        `${where}: it has ${fields.length} fields, but the header has ${columns.length}.`,
      );
    }
    const row: Partial<Record<Column, string>> = Object.fromEntries(columns.map((name, at) => [name, fields[at]!]));
    const { serialNumber = '', seed = '', type = 'totp', ...others } = row;
    if (!/^(?:[0-9a-f]{2})+$/i.test(seed))
      throw new ApiError('InvalidInput', `${where}: the seed must be hexadecimal.`);
    return toTokenRecord({ ...others, serialNumber, type, seed: Buffer.from(seed, 'hex') }, where);
  });
}
