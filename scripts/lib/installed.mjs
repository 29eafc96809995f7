import { inProject, readText } from './project.mjs';

/**
 * Whether node_modules contains what package-lock.json requires on this platform. npm writes what it installed to
 * node_modules/.package-lock.json at the end, so an interrupted installation is detected too.
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

/** Optional packages are for certain platforms. npm decides about those that also name a C library. */
function isMeantForHere({ optional, os, cpu, libc }) {
  if (!optional) return true;
  if (!os || !cpu || libc) return false;
  return os.includes(process.platform) && cpu.includes(process.arch);
}
