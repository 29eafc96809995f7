/**
 * The agent of one host: it holds the workload's authorization token and implements EC2's instance metadata service for
 * the programs on the host. By default it listens on 169.254.169.254:80; add that address to the host with `ip addr add
 * 169.254.169.254/32 dev lo`.
 */
import { z } from 'zod';
import { keepTokenFile } from './identity-token-file.js';
import { metadataServer } from './metadata-server.js';
import { WorkloadSource } from './workload-source.js';

const environment = z.object({
  GATEHOUSE_URL: z.url({ protocol: /^https?$/, hostname: /.*/ }),
  GATEHOUSE_WORKLOAD_TOKEN_FILE: z.string().min(1),
  /** Kept filled with an OpenID Connect token of the workload, for AssumeRoleWithWebIdentity. */
  GATEHOUSE_WEB_IDENTITY_TOKEN_FILE: z.string().optional(),
  GATEHOUSE_WEB_IDENTITY_AUDIENCE: z.string().default('sts.amazonaws.com'),
  HOST: z.string().default('169.254.169.254'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(80),
});

const read = environment.safeParse(process.env);
if (!read.success) {
  console.error(z.prettifyError(read.error));
  process.exit(2);
}
const { GATEHOUSE_URL: url, GATEHOUSE_WORKLOAD_TOKEN_FILE: tokenFile, HOST: host, PORT: port } = read.data;
const source = new WorkloadSource({ url, tokenFile });
const { GATEHOUSE_WEB_IDENTITY_TOKEN_FILE: identityFile, GATEHOUSE_WEB_IDENTITY_AUDIENCE: audience } = read.data;
const stopWriting = identityFile === undefined ? undefined : keepTokenFile(source, identityFile, audience);
const server = metadataServer(source);
server.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
server.listen(port, host, () => {
  const address = server.address();
  console.log(`Instance metadata at http://${host}:${typeof address === 'object' ? address?.port : port}`);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    stopWriting?.();
    server.close();
    server.closeAllConnections();
  });
}
