// Builds the user interface into build/renderer: static files, no inline scripts, only English and Japanese strings
// of the component library.

import { join } from 'node:path';
import optimizeLocales from '@react-aria/optimize-locales-plugin';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: join(import.meta.dirname, 'renderer'),
  // Relative, so that the same build stands at a web origin and at hikyaku://app/.
  base: './',
  plugins: [react(), { ...optimizeLocales.vite({ locales: ['en-US', 'ja-JP'] }), enforce: 'pre' }],
  build: {
    outDir: '../build/renderer',
    emptyOutDir: true,
    target: 'es2024',
    modulePreload: { polyfill: false },
    // Icons and marks stay files: the content policy of the shell allows no data: scripts or styles.
    assetsInlineLimit: 0,
  },
});
