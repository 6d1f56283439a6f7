import type { NextConfig } from 'next';

const config: NextConfig = {
  output: 'standalone',
  distDir: process.env['FANARI_DIST_DIR'] ?? '.next',
  poweredByHeader: false,
  reactStrictMode: true,
  serverExternalPackages: ['@kubernetes/client-node', 'prom-client', 'pino', 'yaml'],
};

export default config;
