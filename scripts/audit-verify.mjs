/**
 * `npm run audit:verify`                   verifies the audit logs of all accounts
 * `npm run audit:verify -- 123456789012 …` of these
 *
 * With the server's environment, beside the running server or without one. Says what is broken. Exit code: 0 when every
 * log is intact, 1 when one is not, 2 when it could not be found out.
 */
import { prepareOrExit } from './prepare.mjs';

await prepareOrExit();
const { verifyAuditLogs } = await import('../dist/audit/verification/verify-command.js');
process.exit(await verifyAuditLogs(process.argv.slice(2)));
