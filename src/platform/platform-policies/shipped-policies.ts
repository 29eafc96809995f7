import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { uniqueIdFrom } from '../../kernel/unique-ids.js';

/** A built-in platform-managed policy. */
export interface ShippedPolicy {
  readonly policyId: string;
  readonly name: string;
  /** `/`, `/job-function/`, …: its folder. */
  readonly path: string;
  readonly description: string;
  /** Raised with every change of the document. */
  readonly revision: number;
  readonly document: string;
}

/** The same path from src/ and from dist/. */
const directory = fileURLToPath(new URL('../../../platform-policies/', import.meta.url));

const fileSchema = z.strictObject({
  description: z.string().max(1000),
  revision: z.int().min(1),
  document: z.record(z.string(), z.unknown()),
});

/**
 * All files of `platform-policies/`, ordered by name. Tests validate them, so that they need not be validated at every
 * start.
 */
export function readShippedPolicies(): readonly ShippedPolicy[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .map((file) => readPolicy(file.replaceAll('\\', '/').replace(/\.json$/, '')))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

/** @param pathAndName `job-function/ViewOnlyAccess` */
function readPolicy(pathAndName: string): ShippedPolicy {
  const { description, revision, document } = fileSchema.parse(
    JSON.parse(readFileSync(`${directory}${pathAndName}.json`, 'utf8')),
  );
  const nameAt = pathAndName.lastIndexOf('/') + 1;
  return {
    policyId: uniqueIdFrom('ANPA', createHash('sha256').update(`aws:policy/${pathAndName}`).digest()),
    name: pathAndName.slice(nameAt),
    path: `/${pathAndName.slice(0, nameAt)}`,
    description,
    revision,
    document: JSON.stringify(document, null, 4),
  };
}
