import cluster from 'node:cluster';
import { Global, Injectable, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import type pg from 'pg';
import { Settings } from '../config/settings.js';
import type { ConnectionTarget } from './connection.js';
import { connectionsOf } from './connections.js';
import { Database } from './database.service.js';
import { DatabaseOwner } from './database-owner.js';
import { EmbeddedPostgres } from './embedded/embedded-postgres.js';
import { EmbeddedPostgresError } from './embedded/error.js';
import { PolicyEpochs } from './policy-epochs.js';
import { prepareDatabase } from './prepare.js';
import { RowSources } from './row-sources.js';
import { Standby } from './standby.js';
import { BackgroundModule } from '../background/background.module.js';
import { Background } from '../background/background.service.js';

/** The database server, ready for use: started if it is the embedded one, and migrated. */
@Injectable()
class DatabaseServer {
  private constructor(
    readonly target: ConnectionTarget,
    private readonly embedded: EmbeddedPostgres | undefined,
  ) {}

  static async start(settings: Settings): Promise<DatabaseServer> {
    const logger = new Logger('Database');
    // Worker processes use the database server of their primary process.
    const isOwn = settings.databaseUrl === undefined && cluster.isPrimary;
    const embedded = isOwn
      ? new EmbeddedPostgres(settings.dataDirectory, { max_connections: String(connectionsOf(settings)) })
      : undefined;
    try {
      const login = embedded ? await embedded.start() : await loginTo(settings);
      const { target, applied } = await prepareDatabase(login);
      for (const name of applied) logger.log(`Applied migration ${name}`);
      return new DatabaseServer(target, embedded);
    } catch (error) {
      await embedded?.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.embedded?.stop();
  }
}

async function loginTo({ databaseUrl, dataDirectory }: Settings): Promise<pg.ClientConfig> {
  if (databaseUrl !== undefined) return { connectionString: databaseUrl };
  const login = await EmbeddedPostgres.loginOfRunning(dataDirectory);
  if (!login) throw new EmbeddedPostgresError('The PostgreSQL server of the primary process is no longer running.');
  return login;
}

/**
 * Gives every module `Database`, `RowSources` and `PolicyEpochs`, ready to use when they are injected: the providers are made only
 * when the database is up and migrated, and an application whose database cannot be had does not start.
 *
 * Everything is closed in `onApplicationShutdown`, when no request runs any more: first the background work, which writes
 * what still has to be written, then the connections.
 */
@Global()
@Module({
  imports: [BackgroundModule],
  providers: [
    { provide: DatabaseServer, inject: [Settings], useFactory: (settings: Settings) => DatabaseServer.start(settings) },
    {
      provide: Database,
      inject: [DatabaseServer, Settings],
      useFactory: ({ target }: DatabaseServer, { databasePoolSize }: Settings) =>
        new Database(target, databasePoolSize),
    },
    {
      provide: DatabaseOwner,
      inject: [DatabaseServer],
      useFactory: ({ target }: DatabaseServer) => new DatabaseOwner(target.login),
    },
    {
      provide: PolicyEpochs,
      inject: [DatabaseServer, Database, Settings],
      useFactory: async ({ target }: DatabaseServer, database: Database, { databaseReplicaUrl }: Settings) => {
        const epochs = new PolicyEpochs(database, target, { position: databaseReplicaUrl !== undefined });
        await epochs.start();
        return epochs;
      },
    },
    {
      provide: RowSources,
      inject: [DatabaseServer, Database, PolicyEpochs, Settings],
      useFactory: ({ target }: DatabaseServer, database: Database, epochs: PolicyEpochs, settings: Settings) => {
        const { databaseReplicaUrl: connectionString, databasePoolSize } = settings;
        const standbyTarget = { login: { connectionString }, role: target.role };
        return new RowSources(
          database,
          connectionString === undefined ? undefined : new Standby(standbyTarget, databasePoolSize, epochs),
        );
      },
    },
  ],
  exports: [Database, DatabaseOwner, PolicyEpochs, RowSources],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    private readonly server: DatabaseServer,
    private readonly database: Database,
    private readonly epochs: PolicyEpochs,
    private readonly sources: RowSources,
    private readonly background: Background,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.background.stop();
    this.epochs.close();
    await this.sources.standby?.close();
    await this.database.close();
    await this.server.stop();
  }
}
