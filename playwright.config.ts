import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) =>
  existsSync(path),
);
const executablePath = process.env['CHROMIUM_PATH'] ?? installed;

/** Browser tests over `npm run demo`: the real server, the real adapters, the embedded mesh. */
export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results',
  // Tests change weights and break sources, and the machine may have two cores: one at a time.
  workers: 1,
  // A test that passes only now and then is a fault, in the test or in Fanari.
  retries: 0,
  forbidOnly: true,
  // Software rendering on two cores; traffic needs some seconds to follow a new weight.
  timeout: 90_000,
  expect: { timeout: 15_000 },
  use: {
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    colorScheme: 'light',
    contextOptions: { reducedMotion: 'reduce' },
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(executablePath !== undefined && { executablePath }),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
