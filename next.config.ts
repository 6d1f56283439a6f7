import type { NextConfig } from 'next';
import { PHASE_PRODUCTION_BUILD } from 'next/constants';
import { BASE_PATH_PLACEHOLDER } from '@/server/front/base-path-placeholder';

const securityHeaders = [
  { key: 'x-content-type-options', value: 'nosniff' },
  { key: 'x-frame-options', value: 'DENY' },
  { key: 'referrer-policy', value: 'no-referrer' },
  { key: 'cross-origin-opener-policy', value: 'same-origin' },
  { key: 'cross-origin-resource-policy', value: 'same-origin' },
  { key: 'permissions-policy', value: 'camera=(), geolocation=(), microphone=()' },
];

/** One build serves under any base path: the server puts the real one in place of the placeholder when it starts. */
const config = (phase: string): NextConfig => ({
  output: 'standalone',
  distDir: process.env['FANARI_DIST_DIR'] ?? '.next',
  basePath: phase === PHASE_PRODUCTION_BUILD ? BASE_PATH_PLACEHOLDER : '',
  // The server around Next takes `/mtls/` for `/mtls`; a redirect would point past a proxy that strips the base path.
  skipTrailingSlashRedirect: true,
  poweredByHeader: false,
  // Nothing is resized, so there is no address that would resize.
  images: { unoptimized: true },
  reactStrictMode: true,
  serverExternalPackages: ['@kubernetes/client-node', 'prom-client', 'pino', 'yaml'],
  // Read by a thread that lays out graphs, by its path.
  outputFileTracingIncludes: { '/': ['./node_modules/elkjs/lib/elk.bundled.js'] },
  // `npm run check:types` checks types with stricter settings; a newcomer's build need not wait for it again.
  typescript: { ignoreBuildErrors: true },
  headers: async () =>
    Promise.resolve([
      { source: '/:path*', headers: securityHeaders },
      {
        source: '/api/:path*',
        headers: [
          { key: 'content-security-policy', value: "default-src 'none'; frame-ancestors 'none'" },
        ],
      },
    ]),
});

export default config;
