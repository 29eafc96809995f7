import type { Settings } from '../config/settings.js';

/**
 * Connections in addition to the pool: the data directory lock, notifications, migration, role check, and those that
 * PostgreSQL reserves.
 */
const OTHER_CONNECTIONS = 20;

/** Maximum number of connections of one server process. */
export function connectionsOf({ databasePoolSize }: Pick<Settings, 'databasePoolSize'>): number {
  return databasePoolSize + OTHER_CONNECTIONS;
}
