import type { NextConfig } from 'next';

const securityHeaders = [
  { key: 'x-content-type-options', value: 'nosniff' },
  { key: 'x-frame-options', value: 'DENY' },
  { key: 'referrer-policy', value: 'no-referrer' },
  { key: 'cross-origin-opener-policy', value: 'same-origin' },
  { key: 'cross-origin-resource-policy', value: 'same-origin' },
  { key: 'permissions-policy', value: 'camera=(), geolocation=(), microphone=()' },
];

const config: NextConfig = {
  output: 'standalone',
  distDir: process.env['FANARI_DIST_DIR'] ?? '.next',
  basePath: (process.env['FANARI_BASE_PATH'] ?? '').replace(/\/+$/, ''),
  poweredByHeader: false,
  reactStrictMode: true,
  serverExternalPackages: ['@kubernetes/client-node', 'prom-client', 'pino', 'yaml'],
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
};

export default config;
