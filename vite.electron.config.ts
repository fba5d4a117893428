// Bundles Electron's main process and preload to build/electron. The gateway is not bundled: it runs from its
// sources, as it does without Electron, and finds its own hosts beside it.

import { builtinModules } from 'node:module';
import { defineConfig } from 'vite';

const external = ['electron', ...builtinModules, /^node:/];

function bundle(entry: string, format: 'es' | 'cjs', file: string) {
  return {
    consumer: 'server' as const,
    resolve: { external: true as const },
    build: {
      outDir: 'build/electron',
      emptyOutDir: false,
      target: 'es2024',
      minify: false,
      sourcemap: true,
      copyPublicDir: false,
      rolldownOptions: { input: entry, external, output: { format, entryFileNames: file } },
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  environments: {
    main: bundle('electron/main.ts', 'es', 'main.js'),
    // A sandboxed preload must be one CommonJS file.
    preload: bundle('electron/preload.ts', 'cjs', 'preload.cjs'),
  },
  builder: {
    async buildApp(builder) {
      for (const name of ['main', 'preload']) {
        const environment = builder.environments[name];
        if (environment !== undefined) await builder.build(environment);
      }
    },
  },
});
