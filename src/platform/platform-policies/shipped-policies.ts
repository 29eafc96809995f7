import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { uniqueIdFrom } from '../../kernel/unique-ids.js';

/** A platform-managed policy that comes with Gatehouse. */
export interface ShippedPolicy {
  readonly policyId: string;
  readonly name: string;
  /** `/`, `/job-function/`, …: the folder it lies in. */
  readonly path: string;
  readonly description: string;
  /** Raised with every change of the document. */
  readonly revision: number;
  readonly document: string;
}

/** The same from src/ and from dist/. */
const directory = fileURLToPath(new URL('../../../platform-policies/', import.meta.url));

const fileSchema = z.strictObject({
  description: z.string().max(1000),
  revision: z.int().min(1),
  document: z.record(z.string(), z.unknown()),
});

/** All of `platform-policies/`, ordered by name. What they say is checked by the tests, not at every start. */
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
