import { quotas } from '../../common/quotas.js';
import { OpenStreams } from './open-streams.js';

const account = '123456789012';

async function* endless(): AsyncGenerator<string> {
  for (;;) yield await Promise.resolve('chunk');
}

async function begun(streams: OpenStreams, accountId = account) {
  const stream = streams.count(accountId, endless());
  await stream.next();
  return stream;
}

/** Threat: one account keeps the server busy with exports that it never ends. */
describe('open streams', () => {
  it('are as many for an account as the quota says, until one ends', async () => {
    const streams = new OpenStreams();
    const open = [];
    for (let count = 0; count < quotas.exportsPerAccount; count += 1) {
      streams.requireRoom(account);
      open.push(await begun(streams));
    }
    expect(() => streams.requireRoom(account)).toThrow('Cannot exceed quota for ExportsPerAccount: 3');
    await expect(begun(streams)).rejects.toThrow('ExportsPerAccount');
    streams.requireRoom('210987654321');
    await open[0]!.return(undefined);
    streams.requireRoom(account);
    await begun(streams);
    expect(() => streams.requireRoom(account)).toThrow('ExportsPerAccount');
  });

  it('end with an error of what is sent', async () => {
    const streams = new OpenStreams();
    async function* failing(): AsyncGenerator<string> {
      yield 'chunk';
      await Promise.reject(new Error('no more'));
    }
    for (let count = 0; count < 10; count += 1) {
      const stream = streams.count(account, failing());
      await stream.next();
      await expect(stream.next()).rejects.toThrow('no more');
    }
    streams.requireRoom(account);
  });
});
