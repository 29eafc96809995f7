import { inProject, readText } from './project.mjs';

/**
 * Does node_modules hold what package-lock.json asks for on this platform? npm writes what it installed into
 * node_modules/.package-lock.json, last of all, so an interrupted installation shows too.
 */
export function isInstalled() {
  const installed = readPackages(inProject('node_modules', '.package-lock.json'));
  if (!installed) return false;
  return Object.entries(readPackages(inProject('package-lock.json'))).every(([path, wanted]) => {
    if (path === '' || !isMeantForHere(wanted)) return true;
    return path in installed && installed[path].version === wanted.version;
  });
}

function readPackages(file) {
  const text = readText(file);
  return text && JSON.parse(text).packages;
}

/** Optional packages are for certain platforms. Those that also name a C library are left for npm to judge. */
function isMeantForHere({ optional, os, cpu, libc }) {
  if (!optional) return true;
  if (!os || !cpu || libc) return false;
  return os.includes(process.platform) && cpu.includes(process.arch);
}
