// Everything here that is bundled, but for Angular, which brings its own builder.

import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [vue()],
  esbuild: { jsx: 'automatic' },
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    target: 'es2022',
    rollupOptions: {
      input: ['react/index.html', 'vue/index.html', 'turbo/index.html', 'turbo/second.html', 'test-token/index.html'],
    },
  },
});
