/**
 * Keeps sign-ins in progress until its standard input ends, then prints how many succeeded. A separate process, so that
 * the measuring one does not wait for its own load.
 *
 * Arguments: base URL, account ID, number of concurrent sign-ins, password.
 */
import { RestClient } from '../../test/support/rest-client.js';

const [baseUrl, account, inFlight, password] = process.argv.slice(2) as [string, string, string, string];
let isOver = false;
let count = 0;
process.stdin.once('end', () => (isOver = true)).resume();

await Promise.all(
  Array.from({ length: Number(inFlight) }, async () => {
    const client = new RestClient(baseUrl);
    while (!isOver) {
      const { status, body } = await client.post('/v1/sign-in', { account, userName: 'ana', password });
      if (status !== 200) throw new Error(JSON.stringify(body));
      count += 1;
    }
  }),
);
console.log(count);
