import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the checkout, with a trailing separator, whatever the working directory. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

export const inProject = (...path) => join(root, ...path);

/** The text of a file; undefined if it does not exist. */
export function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** SHA-256 over names and contents of files and of all files in folders; `skip(path)` excludes some. */
export function hashFiles(paths, skip = () => false) {
  const hash = createHash('sha256');
  for (const path of paths) addToHash(hash, path, skip);
  return hash.digest('hex');
}

function addToHash(hash, path, skip) {
  if (skip(path)) return;
  if (statSync(path).isDirectory()) {
    for (const name of readdirSync(path).sort()) addToHash(hash, join(path, name), skip);
    return;
  }
  const content = readFileSync(path);
  // The length separates the end of one file from the beginning of the next.
  hash.update(`${relative(root, path)}\0${content.length}\0`).update(content);
}

/** Commands that are running. */
const children = new Set();

/** Ends the commands that `run` started, for a caller that ends itself. */
export function endCommands() {
  for (const child of children) child.kill('SIGTERM');
}

/**
 * Runs a command in the project's folder and collects its output.
 *
 * @returns {Promise<{ code: number, output: string }>} also on failure
 */
export function run(command, args, environment = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.add(child);
    child.on('close', () => children.delete(child));
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('error', (error) => resolve({ code: 1, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
