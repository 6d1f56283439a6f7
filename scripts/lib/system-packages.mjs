import { existsSync } from 'node:fs';
import { findProgram, run } from './run.mjs';

/**
 * Programs that tests start and npm cannot bring.
 * @type {readonly { name: string, programs: readonly string[], debian: string, elsewhere: string }[]}
 */
const components = [
  {
    name: 'Chromium',
    programs: ['chromium'],
    debian: 'chromium',
    elsewhere: 'install Chromium and put `chromium` on PATH, or name it in CHROMIUM_PATH',
  },
  {
    name: 'Prometheus',
    programs: ['prometheus'],
    debian: 'prometheus',
    elsewhere: 'install Prometheus (https://prometheus.io/download) and put `prometheus` on PATH',
  },
  {
    name: 'VictoriaMetrics',
    programs: ['victoria-metrics'],
    debian: 'victoria-metrics',
    elsewhere:
      'install VictoriaMetrics (https://docs.victoriametrics.com) and put it on PATH as `victoria-metrics`',
  },
  {
    name: 'kubectl',
    programs: ['kubectl'],
    debian: 'kubernetes-client',
    elsewhere:
      'install kubectl 1.20 or newer (https://kubernetes.io/docs/tasks/tools) and put it on PATH',
  },
  {
    name: 'nginx',
    programs: ['nginx'],
    debian: 'nginx-light',
    elsewhere: 'install nginx (https://nginx.org) and put `nginx` on PATH',
  },
  {
    name: 'OpenSSL',
    programs: ['openssl'],
    debian: 'openssl',
    elsewhere: 'install OpenSSL and put `openssl` on PATH',
  },
];

/** @param {{ name: string, programs: readonly string[] }} component */
function isMissing({ name, programs }) {
  if (name === 'Chromium' && existsSync(process.env['CHROMIUM_PATH'] ?? '')) return false;
  // Debian keeps nginx where only root's PATH leads.
  if (name === 'nginx' && existsSync('/usr/sbin/nginx')) return false;
  return programs.every((program) => findProgram(program) === null);
}

/** Debian and its children, as root: the one case in which packages can be added without asking. */
function canInstall() {
  return process.getuid?.() === 0 && findProgram('apt-get') !== null;
}

/**
 * Makes sure that the programs which the tests start are there.
 * @param {readonly string[]} [names] those wanted; all without it
 * @returns {Promise<string[]>} one sentence for each that is still missing
 */
export async function ensureSystemPackages(names) {
  const missing = components.filter(({ name }) => names?.includes(name) ?? true).filter(isMissing);
  if (missing.length === 0) return [];
  if (canInstall()) {
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    const packages = missing.map(({ debian }) => debian);
    console.log(`Installing ${packages.join(', ')} with apt-get …`);
    await run('apt-get', ['update', '-qq'], { env });
    // One by one: a package that this release lacks must not keep the others away.
    for (const name of packages) {
      await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name], { env });
    }
  }
  return missing
    .filter(isMissing)
    .map(
      ({ name, debian, elsewhere }) =>
        `${name} is missing: on Debian, apt-get install ${debian}; elsewhere, ${elsewhere}.`,
    );
}
