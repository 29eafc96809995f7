import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import pg from 'pg';
import { isUnavailable } from '../database-errors.js';
import { type Binaries, findBinaries } from './binaries.js';
import { reachableBinaries } from './binaries-copy.js';
import { prepareCluster, superuser } from './cluster.js';
import { EmbeddedPostgresError } from './error.js';
import { takeHold } from './hold.js';
import { type Home, port, prepareHome, removeSocketDirectory } from './home.js';
import { findPostmaster, startPostmaster, stopPostmaster } from './postmaster.js';
import { databaseUser, type SystemUser } from './system-user.js';

const databaseName = 'gatehouse';

/** Maximum number of restarts of an existing PostgreSQL. */
const restarts = 3;
/** Milliseconds to wait for a running PostgreSQL that does not respond on its socket. */
const unreachableTimeout = 5_000;

/**
 * A private PostgreSQL server under the data directory, reachable only through a private Unix socket.
 *
 * It survives if this process is killed. The next start finds it and restarts it, so that it always runs with the
 * binaries, settings and paths of the server that uses it.
 */
export class EmbeddedPostgres {
  readonly #logger = new Logger('EmbeddedPostgres');
  readonly #dataDirectory: string;
  readonly #settings: Readonly<Record<string, string>>;
  #home: Home | undefined;
  #hold: pg.Client | undefined;
  #pid: number | undefined;
  #stopping = false;
  #recovery: Promise<void> = Promise.resolve();
  readonly #stopOnExit = (): void => this.#signalStop();

  /**
   * @param dataDirectory absolute path
   * @param settings of PostgreSQL, by name, such as `max_connections`
   */
  constructor(dataDirectory: string, settings: Readonly<Record<string, string>> = {}) {
    this.#dataDirectory = dataDirectory;
    this.#settings = settings;
  }

  /** The login to the PostgreSQL server that currently runs on this data directory; undefined if there is none. */
  static async loginOfRunning(dataDirectory: string): Promise<pg.ClientConfig | undefined> {
    const home = await prepareHome(dataDirectory, await databaseUser());
    return (await findPostmaster(home.cluster)) ? { ...login(home), database: databaseName } : undefined;
  }

  /**
   * Starts PostgreSQL, after creating the cluster if necessary.
   *
   * @returns the login of its superuser to Gatehouse's database
   * @throws EmbeddedPostgresError
   */
  async start(): Promise<pg.ClientConfig> {
    const packaged = await findBinaries();
    const user = await databaseUser();
    const home = await prepareHome(this.#dataDirectory, user);
    this.#home = home;
    const binaries = await reachableBinaries(packaged, home, user);
    await prepareCluster(home, binaries, user);
    this.#hold = await this.#startHeld(home, binaries, user);
    this.#pid = (await findPostmaster(home.cluster))?.pid;
    // PostgreSQL is stopped however this process exits, also after an error at startup.
    process.off('exit', this.#stopOnExit).on('exit', this.#stopOnExit);
    this.#hold.once('end', () => {
      this.#recovery = this.#recover();
    });
    await createDatabase(this.#hold);
    return { ...login(home), database: databaseName };
  }

  /** Stops PostgreSQL and waits until everything is written. Close connections first: open ones are cut. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#recovery;
    process.off('exit', this.#stopOnExit);
    if (!this.#home || !this.#hold) return;
    await stopPostmaster(this.#home.cluster);
    this.#hold = undefined;
    await removeSocketDirectory(this.#home);
  }

  /** Starts PostgreSQL and claims it. If another server left one running, it is claimed and then restarted. */
  async #startHeld(home: Home, binaries: Binaries, user: SystemUser): Promise<pg.Client> {
    for (let restart = 0; restart <= restarts; restart++) {
      const found = await findPostmaster(home.cluster);
      if (!found) await startPostmaster(home, binaries, user, this.#settings);
      const hold = await this.#reach(home);
      if (hold && (!found || found.pid === this.#pid)) return hold;
      if (found) this.#logger.log(`Restarting the PostgreSQL that an earlier run left behind (process ${found.pid})`);
      await stopPostmaster(home.cluster);
    }
    throw new EmbeddedPostgresError(
      `PostgreSQL on ${home.cluster} is running but cannot be reached. See ${home.logFile}.`,
    );
  }

  /** The claim; undefined if PostgreSQL is no longer running, or does not respond although it should. */
  async #reach(home: Home): Promise<pg.Client | undefined> {
    let deadline = performance.now() + unreachableTimeout;
    while (performance.now() < deadline) {
      try {
        return await takeHold(login(home), this.#dataDirectory);
      } catch (error) {
        if (!isUnavailable(error)) throw error;
      }
      const running = await findPostmaster(home.cluster);
      if (!running) return undefined;
      // Recovery and shutdown take as long as necessary.
      if (running.status !== 'ready') deadline = performance.now() + unreachableTimeout;
      await pause(50);
    }
    return undefined;
  }

  /** PostgreSQL restarts itself if one of its processes ends, but not if its main process does. */
  async #recover(): Promise<void> {
    this.#hold = undefined;
    while (!this.#stopping) {
      this.#logger.warn('The connection to PostgreSQL was lost; starting it again');
      try {
        await this.start();
        this.#logger.log('PostgreSQL is running again');
        return;
      } catch (error) {
        this.#logger.error(error instanceof Error ? error.message : String(error));
        await pause(1_000);
      }
    }
  }

  /** Nothing can be awaited when the process exits; a signal is enough for an orderly shutdown. */
  #signalStop(): void {
    if (this.#pid === undefined) return;
    try {
      process.kill(this.#pid, 'SIGINT');
    } catch {
      // It has already ended.
    }
  }
}

function login(home: Home): pg.ClientConfig {
  return { host: home.socketDirectory, port, user: superuser, password: home.password, database: 'postgres' };
}

async function createDatabase(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [databaseName]);
  if (!rowCount) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(databaseName)}`);
}
