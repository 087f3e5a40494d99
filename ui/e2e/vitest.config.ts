import { defineConfig } from 'vitest/config'

// One browser and one server for all: what is slow is starting them.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.e2e.ts'],
    globalSetup: ['server.ts'],
    fileParallelism: false,
    sequence: { concurrent: false },
    testTimeout: 120_000,
    hookTimeout: 60_000,
    bail: 0,
  },
})
