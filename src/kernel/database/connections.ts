import type { Settings } from '../config/settings.js';

/** Connections besides the pool's: hold, notifications, migration, role check, and PostgreSQL's reserved ones. */
const OTHER_CONNECTIONS = 20;

/** Connections that one server process may have at once. */
export function connectionsOf({ databasePoolSize }: Pick<Settings, 'databasePoolSize'>): number {
  return databasePoolSize + OTHER_CONNECTIONS;
}
