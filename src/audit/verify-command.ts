import { Settings } from '../config/settings.js';
import { explainStartFailure } from '../config/start-failure.js';
import { allAccounts, withDatabase } from '../database/command-database.js';
import type { Database } from '../database/database.service.js';
import { loadMasterKey } from '../secrets/master-key.js';
import { SecretBox } from '../secrets/secret-box.js';
import { type ChainSegment, ChainVerifier } from './chain-verifier.service.js';

const EVENTS_AT_A_TIME = 2_000;

/**
 * Verifies audit logs and prints a line for each account, and for each problem.
 *
 * @param accountIds none: all accounts
 * @returns the exit code of the command
 */
export async function verifyAuditLogs(accountIds: readonly string[]): Promise<0 | 1 | 2> {
  try {
    const settings = Settings.fromEnvironment(process.env);
    const verifier = new ChainVerifier(new SecretBox(loadMasterKey(settings).key, settings.previousMasterKeys));
    return await withDatabase(settings, async ({ database }) => {
      let broken = 0;
      for await (const accountId of accountIds.length > 0 ? accountIds : allAccounts(database)) {
        if (!(await verifyAccount(database, verifier, accountId))) broken += 1;
      }
      return broken === 0 ? 0 : 1;
    });
  } catch (error) {
    process.stderr.write(`${explainStartFailure(error)}\n`);
    return 2;
  }
}

async function verifyAccount(database: Database, verifier: ChainVerifier, accountId: string): Promise<boolean> {
  let events = 0;
  let isIntact = true;
  let segment: ChainSegment | undefined;
  do {
    const after = segment?.lastSequence ?? 0n;
    segment = await database.forAccount(accountId, (tx) => verifier.verify(tx, accountId, after, EVENTS_AT_A_TIME));
    events += segment.events;
    for (const { kind, message } of segment.problems) {
      isIntact = false;
      process.stdout.write(`${accountId}  ${kind}: ${message}\n`);
    }
  } while (!segment.isEnd);
  process.stdout.write(`${accountId}  ${isIntact ? 'intact' : 'BROKEN'}  ${events} events\n`);
  return isIntact;
}
