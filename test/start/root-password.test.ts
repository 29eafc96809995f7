import { startServer } from '../support/server.js';

/** Threat: the operator's root user gets a password that anybody can guess. */
it.each(['password', 'aaaaaaaa', 'root@gatehouse.test'])(
  'does not start with the root password %s, and says why without repeating it',
  async (GATEHOUSE_ROOT_PASSWORD) => {
    const started = startServer({ environment: { GATEHOUSE_ROOT_PASSWORD } });
    const { message } = await started.then(
      () => new Error('started'),
      (error: Error) => error,
    );
    expect(message).toMatch(/The server ended \(1\)/);
    expect(message).toMatch(/^GATEHOUSE_ROOT_PASSWORD is not accepted: Password should/m);
    expect(message).not.toContain(`password ${GATEHOUSE_ROOT_PASSWORD}`);
    expect(message).not.toMatch(/^\s+at /m);
  },
);
