import { tsImport } from 'tsx/esm/api';

/** Jest does not resolve a global set-up's imports of TypeScript modules, tsx does. */
export const importSupport = (name) => tsImport(`../${name}.ts`, import.meta.url);
