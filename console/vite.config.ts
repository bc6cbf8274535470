import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// `npx vite` serves the pages while they are written; the API is that of a running `yingda serve`.
const server = process.env["YINGDA_SERVER"] ?? "http://127.0.0.1:8788";

export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2022",
    outDir: "dist",
    // `scripts/dist.mjs` does; the folder itself is kept.
    emptyOutDir: false,
    manifest: true,
    // Whose work is in the pages, and under which terms it is given on.
    license: { fileName: "licences.md" },
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1_200,
    rollupOptions: {
      output: {
        entryFileNames: "assets/[name]-[hash].js",
        chunkFileNames: "assets/[name]-[hash].js",
        assetFileNames: "assets/[name]-[hash][extname]",
      },
    },
  },
  server: { fs: { allow: [".."] }, proxy: { "/v1": { target: server } } },
});
