import { defineConfig } from 'vite';

/** Static files for the observer to serve under a strict content security policy: nothing inline, nothing from elsewhere. */
export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    assetsInlineLimit: 0, // a font or a picture in a data: URL would need a hole in the policy
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    target: 'es2023',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'], // all of them know light-dark()
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8780', '/cloud-api': 'http://127.0.0.1:8780' } },
});
