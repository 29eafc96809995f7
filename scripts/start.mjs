/** `npm start`: prepares the checkout if need be, then is the server. */
import { prepareOrExit } from './prepare.mjs';

await prepareOrExit();
await import('../dist/main.js');
