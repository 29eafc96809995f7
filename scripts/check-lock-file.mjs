/**
 * Checks that package-lock.json is complete for every platform. npm silently omits what it could not fetch when it
 * wrote the file, and `npm ci` then refuses the whole file. Only optional packages, for other platforms, are omitted in
 * this way.
 */
import { inProject, readText } from './lib/project.mjs';

const { packages } = JSON.parse(readText(inProject('package-lock.json')));
const paths = Object.keys(packages);
const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
  Object.keys(optionalDependencies)
    .filter((name) => !paths.some((other) => other.endsWith(`node_modules/${name}`)))
    .map((name) => `${name} (wanted by ${path || 'package.json'})`),
);
if (missing.length > 0) {
  console.error(`package-lock.json lacks packages; choose a version that has them all:\n${missing.join('\n')}`);
  process.exitCode = 1;
}
