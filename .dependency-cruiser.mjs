/** No cycles between files or between folders, those of types included; the direction of imports is in layers.js. */
export default {
  forbidden: [
    { name: 'no-cycles-of-files', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-cycles-of-folders',
      severity: 'error',
      scope: 'folder',
      from: { path: '^src/[^/]+/[^/]+$' },
      to: { circular: true },
    },
  ],
  options: {
    exclude: { path: '^src/generated|\\.spec\\.ts$' },
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    metrics: true,
  },
};
