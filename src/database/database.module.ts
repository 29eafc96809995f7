import {
  Global,
  Injectable,
  Logger,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { AuditPartitionKeeper } from './audit-partition-keeper.js';
import type { ConnectionTarget } from './connection.js';
import { Database } from './database.service.js';
import { EmbeddedPostgres } from './embedded/embedded-postgres.js';
import { PolicyEpochs } from './policy-epochs.js';
import { prepareDatabase } from './prepare.js';

/** Connections besides the pool's: hold, notifications, migration, role check, and PostgreSQL's reserved ones. */
const otherConnections = 20;

/** The database server: started if it is the embedded one, migrated, and ready to be worked in. */
@Injectable()
class DatabaseServer {
  private constructor(
    readonly target: ConnectionTarget,
    private readonly embedded: EmbeddedPostgres | undefined,
  ) {}

  static async start(settings: Settings): Promise<DatabaseServer> {
    const logger = new Logger('Database');
    const embedded = settings.databaseUrl
      ? undefined
      : new EmbeddedPostgres(settings.dataDirectory, {
          max_connections: String(settings.databasePoolSize + otherConnections),
        });
    try {
      const login = embedded ? await embedded.start() : { connectionString: settings.databaseUrl };
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

/**
 * Gives every module `Database` and `PolicyEpochs`, ready to use when they are injected: the providers are made only
 * when the database is up and migrated, and an application whose database cannot be had does not start.
 *
 * Everything is closed in `onApplicationShutdown`, when no request runs any more; what still has to be written then is
 * written in `beforeApplicationShutdown`.
 */
@Global()
@Module({
  providers: [
    { provide: DatabaseServer, inject: [Settings], useFactory: (settings: Settings) => DatabaseServer.start(settings) },
    {
      provide: Database,
      inject: [DatabaseServer, Settings],
      useFactory: ({ target }: DatabaseServer, { databasePoolSize }: Settings) =>
        new Database(target, databasePoolSize),
    },
    {
      provide: AuditPartitionKeeper,
      inject: [DatabaseServer, Settings],
      useFactory: ({ target }: DatabaseServer, { auditRetentionMonths }: Settings) =>
        new AuditPartitionKeeper(target.login, auditRetentionMonths),
    },
    {
      provide: PolicyEpochs,
      inject: [DatabaseServer, Database],
      useFactory: async ({ target }: DatabaseServer, database: Database) => {
        const epochs = new PolicyEpochs(database, target);
        await epochs.start();
        return epochs;
      },
    },
  ],
  exports: [Database, PolicyEpochs],
})
export class DatabaseModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly server: DatabaseServer,
    private readonly database: Database,
    private readonly epochs: PolicyEpochs,
    private readonly auditPartitions: AuditPartitionKeeper,
  ) {}

  onApplicationBootstrap(): void {
    this.auditPartitions.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.auditPartitions.close();
    this.epochs.close();
    await this.database.close();
    await this.server.stop();
  }
}
