import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { availableParallelism, freemem, homedir } from 'node:os';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { findProgram, run } from './run.mjs';

const modulesDir = join(root, 'tests', 'real', 'go');

/**
 * What is built from one Go module: programs by the package that makes them, and files that its modules bring.
 * @typedef {object} GoModule
 * @property {string} name
 * @property {string} [module] its folder below tests/real/go; the name without it
 * @property {readonly string[]} [sources] programs of our own in that folder
 * @property {string} tags build tags, comma-separated
 * @property {Readonly<Record<string, string>>} versions variables that tell a program its version: the module whose it is,
 *   or the version itself
 * @property {Readonly<Record<string, string>>} programs
 * @property {readonly { from: string, path: string, to: string }[]} files
 */

/** In the order in which they are needed. @type {readonly GoModule[]} */
const modules = [
  {
    name: 'kubernetes',
    tags: '',
    versions: { 'k8s.io/component-base/version.gitVersion': 'k8s.io/kubernetes' },
    programs: {
      etcd: 'go.etcd.io/etcd/server/v3',
      'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
      'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
      kwok: 'sigs.k8s.io/kwok/cmd/kwok',
      kubectl: 'k8s.io/kubernetes/cmd/kubectl',
    },
    files: [{ from: 'sigs.k8s.io/kwok', path: 'kustomize/stage', to: 'kwok-stages' }],
  },
  {
    name: 'istio',
    tags: 'vtprotobuf,disable_pgv',
    versions: {},
    programs: { 'pilot-discovery': 'istio.io/istio/pilot/cmd/pilot-discovery' },
    files: [
      {
        from: 'istio.io/istio',
        path: 'manifests/charts/base/files/crd-all.gen.yaml',
        to: 'istio-crds.yaml',
      },
      {
        from: 'istio.io/istio',
        path: 'manifests/charts/istio-control/istio-discovery',
        to: 'istiod-chart',
      },
      { from: 'sigs.k8s.io/gateway-api', path: 'config/crd/experimental', to: 'gateway-api-crds' },
    ],
  },
  {
    name: 'sidecar',
    module: 'istio',
    sources: ['sidecar/main.go'],
    tags: 'vtprotobuf,disable_pgv',
    versions: {},
    programs: { sidecar: './sidecar' },
    files: [],
  },
  {
    name: 'samples',
    module: 'istio',
    tags: '',
    versions: {},
    programs: {},
    files: [{ from: 'istio.io/istio', path: 'samples/bookinfo', to: 'bookinfo' }],
  },
  ...[
    { name: 'jaeger-v2', command: 'jaeger', version: 'v2.13.0' },
    { name: 'jaeger-v1', command: 'all-in-one', version: 'v1.76.0' },
  ].map(({ name, command, version }) => ({
    name,
    module: 'jaeger',
    tags: '',
    // One module is released under two numbers.
    versions: { 'github.com/jaegertracing/jaeger/internal/version.latestVersion': version },
    programs: { [name]: `github.com/jaegertracing/jaeger/cmd/${command}` },
    files: [],
  })),
  {
    name: 'helm',
    tags: '',
    versions: { 'helm.sh/helm/v4/internal/version.version': 'helm.sh/helm/v4' },
    programs: { helm: 'helm.sh/helm/v4/cmd/helm' },
    files: [],
  },
];

/** The folder for what can be made again, as the system names it. */
function userCacheDir() {
  if (process.env['XDG_CACHE_HOME']) return process.env['XDG_CACHE_HOME'];
  return process.platform === 'darwin'
    ? join(homedir(), 'Library', 'Caches')
    : join(homedir(), '.cache');
}

/**
 * Where the products of a module lie. Another version of anything is another folder, so nothing stale is ever run.
 * @param {GoModule} module
 */
function folderOf({ name, module = name, sources = [], ...rest }) {
  const hash = createHash('sha256').update(JSON.stringify(rest));
  for (const file of ['go.mod', 'go.sum', ...sources]) {
    hash.update(readFileSync(join(modulesDir, module, file)));
  }
  return join(userCacheDir(), 'fanari', 'real', `${name}-${hash.digest('hex').slice(0, 16)}`);
}

/**
 * @param {GoModule} module
 * @returns {string[]} what is not there yet
 */
function missingOf(module) {
  const folder = folderOf(module);
  return [...Object.keys(module.programs), ...module.files.map(({ to }) => to)].filter(
    (name) => !existsSync(join(folder, name)),
  );
}

/** Compilers at once: one for each processor, as far as there is memory. Linking an API server takes 1.5 GB. */
function compilers() {
  const forMemory = Math.floor(freemem() / 2e9);
  return Math.max(1, Math.min(availableParallelism(), forMemory));
}

/**
 * Runs Go in a module.
 * @param {GoModule} module
 * @param {readonly string[]} args
 * @param {'show' | 'capture'} output
 */
function go({ name, module = name }, args, output) {
  return run('go', ['-C', join(modulesDir, module), ...args], {
    output,
    env: { CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: `-mod=readonly -p=${compilers()} -trimpath` },
  });
}

/**
 * What the linker writes into the programs: the versions that go.mod pins, which a build from the proxy does not know.
 * @param {GoModule} module
 */
function linkerFlags({ name, module = name, versions }) {
  const pins = readFileSync(join(modulesDir, module, 'go.mod'), 'utf8');
  const stamps = Object.entries(versions).map(([variable, path]) => {
    if (/^v\d/.test(path)) return `-X ${variable}=${path}`;
    const line = pins.split('\n').find((text) => text.trim().startsWith(`${path} v`)) ?? '';
    return `-X ${variable}=${line.trim().split(' ')[1] ?? ''}`;
  });
  return ['-s -w', ...stamps].join(' ');
}

/**
 * @param {GoModule} module
 * @param {string} program
 */
async function buildProgram(module, program) {
  const target = join(folderOf(module), program);
  const started = Date.now();
  console.log(`Building ${program} …`);
  const tags = module.tags === '' ? [] : ['-tags', module.tags];
  const source = module.programs[program] ?? '';
  const flags = [...tags, '-buildvcs=false', '-ldflags', linkerFlags(module)];
  const { code } = await go(module, ['build', ...flags, '-o', `${target}.new`, source], 'show');
  if (code !== 0) return false;
  renameSync(`${target}.new`, target);
  console.log(`Built ${program} in ${Math.round((Date.now() - started) / 1000)} s.`);
  return true;
}

/**
 * @param {GoModule} module
 * @param {GoModule['files'][number]} file
 */
async function copyFiles(module, { from, path, to }) {
  const { code, output } = await go(module, ['mod', 'download', '-json', from], 'capture');
  if (code !== 0) {
    console.error(output);
    return false;
  }
  /** @type {{ Dir: string }} */
  const { Dir } = JSON.parse(output.slice(output.indexOf('{')));
  const target = join(folderOf(module), to);
  rmSync(`${target}.new`, { recursive: true, force: true });
  cpSync(join(Dir, path), `${target}.new`, { recursive: true });
  renameSync(`${target}.new`, target);
  return true;
}

/** @param {GoModule} module */
async function ensureModule(module) {
  const missing = missingOf(module);
  mkdirSync(folderOf(module), { recursive: true });
  for (const program of Object.keys(module.programs)) {
    if (missing.includes(program) && !(await buildProgram(module, program))) return false;
  }
  for (const file of module.files) {
    if (missing.includes(file.to) && !(await copyFiles(module, file))) return false;
  }
  return true;
}

/**
 * Makes sure that the real programs are built; a second call builds nothing.
 * @param {readonly string[]} [names] the modules wanted; all without it
 * @returns {Promise<{ faults: string[], folders: Record<string, string> }>} a sentence for everything that is missing,
 *   and the folder of each module's products
 */
export async function ensureGoPrograms(names) {
  const wanted = modules.filter(({ name }) => names?.includes(name) ?? true);
  const folders = Object.fromEntries(wanted.map((module) => [module.name, folderOf(module)]));
  if (wanted.every((module) => missingOf(module).length === 0)) return { faults: [], folders };
  if (findProgram('go') === null) {
    const missing = wanted.flatMap(missingOf).join(', ');
    const words = 'install Go 1.26 or newer (https://go.dev/dl) and put `go` on PATH';
    return { faults: [`Go is missing, which builds ${missing}: ${words}.`], folders };
  }
  for (const module of wanted) {
    if (!(await ensureModule(module))) {
      return { faults: [`Building ${module.name} failed; the reason stands above.`], folders };
    }
  }
  return { faults: [], folders };
}
