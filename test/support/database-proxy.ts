import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { StatementWatch } from './statement-watch.js';
import type { TestDatabaseServer } from './test-database.js';

/** The network between servers and their PostgreSQL, which the test can break. */
export interface DatabaseProxy {
  /** For `DATABASE_URL`. */
  readonly url: string;
  readonly port: number;
  /** Refuses new connections to the database, and cuts the existing ones. */
  refuse(): void;
  /** Drops packets: connections stay open, but nothing passes in either direction. @param isMeant default: all */
  swallow(isMeant?: (applicationName: string, packet: Buffer) => boolean): void;
  /** Restores the network. Dropped packets are lost, with their connections. */
  heal(): void;
  close(): Promise<void>;
}

interface Line {
  readonly client: Socket;
  readonly upstream: Socket;
  applicationName: string;
}

/** @param watch gets what clients send; only for connections for whose application names `isWatched` is true */
export async function startDatabaseProxy(
  { login }: TestDatabaseServer,
  watch?: StatementWatch,
  isWatched: (applicationName: string) => boolean = () => true,
): Promise<DatabaseProxy> {
  const lines = new Set<Line>();
  const broken = new Set<Line>();
  let isRefusing = false;
  let isSwallowed: (applicationName: string, packet: Buffer) => boolean = () => false;

  const server = createServer((client) => {
    if (isRefusing) return void client.destroy();
    const line: Line = {
      client,
      upstream: connect(join(login.host!, `.s.PGSQL.${login.port ?? 5432}`)),
      applicationName: '',
    };
    lines.add(line);
    const end = () => {
      client.destroy();
      line.upstream.destroy();
      lines.delete(line);
    };
    for (const socket of [client, line.upstream]) socket.on('error', end).on('close', end);
    // PostgreSQL's start-up message contains the application name in plain text.
    client.once('data', (message: Buffer) => {
      line.applicationName = /application_name\0([^\0]*)\0/.exec(message.toString('latin1'))?.[1] ?? '';
    });
    const passOn = (from: Socket, to: Socket) =>
      from.on('data', (data: Buffer) => {
        if (isSwallowed(line.applicationName, data)) broken.add(line);
        else to.write(data);
      });
    if (watch) {
      const see = watch.newLine();
      client.on('data', (data: Buffer) => {
        if (isWatched(line.applicationName)) see(data);
      });
    }
    passOn(client, line.upstream);
    passOn(line.upstream, client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (those: Iterable<Line>) => {
    for (const { client } of [...those]) client.destroy();
  };
  const { port } = server.address() as AddressInfo;
  const credentials = `${encodeURIComponent(login.user!)}:${encodeURIComponent(login.password as string)}`;
  return {
    port,
    url: `postgresql://${credentials}@127.0.0.1:${port}/${login.database}`,
    refuse() {
      isRefusing = true;
      cut(lines);
    },
    swallow(isMeant = () => true) {
      isSwallowed = isMeant;
    },
    heal() {
      isRefusing = false;
      isSwallowed = () => false;
      cut(broken);
      broken.clear();
    },
    async close() {
      server.close();
      cut(lines);
      await once(server, 'close');
    },
  };
}
