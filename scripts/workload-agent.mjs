/** `npm run workload-agent`: the instance metadata service of one host. See docs/services.md for its settings. */
import { prepareOrExit } from './prepare.mjs';

await prepareOrExit();
await import('../packages/workload-agent/dist/main.js');
