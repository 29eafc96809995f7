import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Settings } from '../../kernel/config/settings.js';
import { explainStartFailure } from '../../kernel/config/start-failure.js';
import { allAccounts, withDatabase } from '../../kernel/database/command-database.js';
import type { Database } from '../../kernel/database/database.service.js';
import { ChainSeals } from '../trail/chain-seals.js';
import { loadMasterKey } from '../../kernel/secrets/master-key.js';
import { SecretBox } from '../../kernel/secrets/secret-box.js';
import { problemText } from './chain-problem.js';
import { type ChainSegment, ChainVerifier } from './chain-verifier.service.js';
import { type EarlierEnd, isStillThere, readEarlierEnds } from './earlier-ends.js';

const EVENTS_AT_A_TIME = 2_000;

/**
 * Verifies audit logs, and prints a line per account and per problem.
 *
 * @param words account IDs, none for all; `--against <file>`: the output of an earlier run, whose events the logs must
 *   still contain
 * @returns the exit code of the command
 */
export async function verifyAuditLogs(words: readonly string[]): Promise<0 | 1 | 2> {
  try {
    const { values, positionals: accountIds } = parseArgs({
      args: [...words],
      options: { against: { type: 'string' } },
      allowPositionals: true,
    });
    const earlier = readEarlierEnds(values.against === undefined ? '' : readFileSync(values.against, 'utf8'));
    const settings = Settings.fromEnvironment(process.env);
    const secrets = new SecretBox(loadMasterKey(settings).key, settings.previousMasterKeys);
    const verifier = new ChainVerifier(new ChainSeals(secrets));
    return await withDatabase(settings, async ({ database }) => {
      let broken = 0;
      const missing = new Map(accountIds.length > 0 ? [] : earlier);
      for await (const accountId of accountIds.length > 0 ? accountIds : allAccounts(database)) {
        missing.delete(accountId);
        if (!(await verifyAccount(database, verifier, accountId, earlier.get(accountId)))) broken += 1;
      }
      for (const accountId of missing.keys()) {
        process.stdout.write(`${accountId}  rolledBack: The account was there at the earlier verification.\n`);
      }
      return broken + missing.size === 0 ? 0 : 1;
    });
  } catch (error) {
    process.stderr.write(`${explainStartFailure(error)}\n`);
    return 2;
  }
}

async function verifyAccount(
  database: Database,
  verifier: ChainVerifier,
  accountId: string,
  earlier: EarlierEnd | undefined,
): Promise<boolean> {
  let events = 0;
  let isIntact = true;
  const complain = (kind: string, message: string) => {
    isIntact = false;
    process.stdout.write(`${accountId}  ${kind}: ${message}\n`);
  };
  let segment: ChainSegment | undefined;
  do {
    const after = segment?.lastSequence ?? 0n;
    segment = await database.forAccount(accountId, (tx) => verifier.verify(tx, accountId, after, EVENTS_AT_A_TIME));
    events += segment.events;
    for (const { kind, message } of segment.problems) complain(kind, message);
  } while (!segment.isEnd);
  if (earlier && !(await database.forAccount(accountId, (tx) => isStillThere(tx, accountId, earlier)))) {
    complain('rolledBack', problemText('rolledBack', earlier.sequence));
  }
  const end = `end ${segment.lastSequence} ${Buffer.from(segment.lastHash ?? []).toString('hex')}`;
  process.stdout.write(`${accountId}  ${isIntact ? 'intact' : 'BROKEN'}  ${events} events  ${end}\n`);
  return isIntact;
}
