/** `npm run admin -- <command>`: what the operator does beside the server. Without a command: what there is. */
import { prepareOrExit } from './prepare.mjs';

await prepareOrExit();
const { runAdminCommand } = await import('../dist/ops/admin/run-command.js');
process.exit(await runAdminCommand(process.argv.slice(2)));
