/** `npm run admin -- <command>`: operator commands. Without a command, it lists them. */
import { prepareOrExit } from './prepare.mjs';

await prepareOrExit();
const { runAdminCommand } = await import('../dist/ops/admin/run-command.js');
process.exit(await runAdminCommand(process.argv.slice(2)));
