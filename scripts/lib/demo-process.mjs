import { demoBundle } from './build.mjs';

/**
 * Where the embedded mesh listens. An API that is null is not served.
 * @typedef {{ kubernetesUrl: string, prometheusUrl: string | null, jaegerUrl: string | null, controlUrl: string, kubeconfig: string, clusters?: readonly { name: string, url: string }[] }} DemoAddresses
 */

/**
 * Starts the embedded mesh and waits for the line in which it tells its addresses.
 * @param {import('./supervisor.mjs').Supervisor} supervisor
 * @param {readonly string[]} args
 * @returns {Promise<DemoAddresses | null>} null when it ended instead; the supervisor has shown why
 */
export function startDemo(supervisor, args) {
  return new Promise((resolve) => {
    const running = supervisor.start({
      name: 'embedded mesh',
      args: ['--enable-source-maps', demoBundle, ...args],
      onLine: (line) => {
        if (line.startsWith('{')) resolve(JSON.parse(line));
      },
    });
    void running.done.then(() => resolve(null));
  });
}

/**
 * The settings with which Fanari shows the embedded mesh.
 * @param {DemoAddresses} addresses
 */
export function demoEnvironment(addresses) {
  const { clusters = [] } = addresses;
  return {
    FANARI_DEMO: 'true',
    FANARI_KUBECONFIG: addresses.kubeconfig,
    ...(clusters.length > 1 && { FANARI_CONTEXTS: clusters.map(({ name }) => name).join(',') }),
    ...(addresses.prometheusUrl && { FANARI_PROMETHEUS_URL: addresses.prometheusUrl }),
    ...(addresses.jaegerUrl && { FANARI_JAEGER_URL: addresses.jaegerUrl }),
  };
}
