import { setFlagsFromString } from 'node:v8';

/**
 * Objects of a request are young when it ends. While the server starts, they live longer, and V8 learns to allocate some
 * of them in the old space, where they keep alive whatever they refer to until the next full collection: each minor
 * collection then copies the whole of most requests, four times the work. `--max-semi-space-size=32`, which cannot be
 * set here, belongs to it. Measured by `npm run bench -- data-plane`; see decision 54.
 */
export function tuneGarbageCollection(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}
