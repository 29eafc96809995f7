import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Milliseconds. The holder touches the file; an older one belongs to a process that was killed. */
const touchInterval = 1_000;
const staleAge = 15_000;

/**
 * Runs `work` while no other process on this machine holds the lock file.
 *
 * @param onWait called once if another process holds it
 */
export async function withLock(file, onWait, work) {
  mkdirSync(dirname(file), { recursive: true });
  for (let waits = 0; !take(file); waits++) {
    if (waits === 0) onWait();
    if (isStale(file)) breakLock(file);
    else await pause(200);
  }
  const touching = setInterval(() => utimesSync(file, new Date(), new Date()), touchInterval);
  try {
    return await work();
  } finally {
    clearInterval(touching);
    rmSync(file, { force: true });
  }
}

function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function isStale(file) {
  try {
    if (Date.now() - statSync(file).mtimeMs > staleAge) return true;
    const pid = Number(readFileSync(file, 'utf8'));
    // Empty between its creation and the first write.
    return pid > 0 && !isAlive(pid);
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Renamed instead of removed: of two processes that find a stale lock, only one can rename it. */
function breakLock(file) {
  const grave = `${file}.${process.pid}`;
  try {
    renameSync(file, grave);
    rmSync(grave);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}
