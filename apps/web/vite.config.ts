import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const nhsuk = require('nhsuk-frontend/package.json') as { version: string };
const nhsukSheet = `nhsuk-frontend-${nhsuk.version}.min.css`;

/**
 * The NHS frontend's sheet without what belongs to NHS organisations: its typeface is fetched from their host and may not
 * be used by others. In a cascade layer, so that our own rules win whatever their specificity.
 */
function neutralNhsSheet(): Plugin {
  return {
    name: 'neutral-nhs-sheet',
    enforce: 'pre',
    transform: {
      filter: { id: /nhsuk-frontend-[\d.]+\.min\.css$/ },
      handler(code) {
        const neutral = code
          .replace(/@charset [^;]+;/, '')
          .replace(/@font-face\{[^}]*\}/g, '')
          .replace(/Frutiger W01,arial,sans-serif/g, 'var(--typeface)')
          // A hack for an old browser that no other can read.
          .replace(/@media screen\\0 and[^{]*/g, '@media not all')
          .replace(/\/\*# sourceMappingURL[^*]*\*\//, '')
          .replace(/url\(\/assets\/images\/[^)]+\)/g, 'none');
        if (/https?:\/\/assets|Frutiger W01[^";]*src/.test(neutral)) {
          throw new Error('The NHS sheet changed: it still names a file outside this server.');
        }
        return { code: `@layer nhsuk{${neutral}}`, map: null };
      },
    },
  };
}

export default defineConfig({
  root: here,
  base: '/',
  plugins: [neutralNhsSheet(), react()],
  resolve: {
    alias: { 'nhsuk.css': join(dirname(require.resolve('nhsuk-frontend/package.json')), 'dist/nhsuk', nhsukSheet) },
  },
  build: {
    outDir: join(here, '../../dist/web'),
    emptyOutDir: true,
    // Everything is a file of our own: the page's policy allows no data: address and no inline script.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: 'packages', test: /node_modules/ }] } },
    },
  },
});
