const test = String.raw`\.test(-d)?\.(ts|tsx|mjs)$`;
/** Modules of Node itself, which dependency-cruiser names without `node:`. */
const node = '^[a-z_0-9:]+(/promises)?$';

/**
 * A rule that lets a folder import only what `to` matches. Tests may also import what tests may.
 * @param {string} name
 * @param {string} from
 * @param {string[]} to
 * @param {string} comment
 */
function only(name, from, to, comment) {
  return {
    name,
    comment,
    severity: /** @type {const} */ ('error'),
    from: { path: from, pathNot: [test] },
    to: { pathNot: to },
  };
}

/**
 * A rule that lets only `homes` import an npm package.
 * @param {string} name
 * @param {string} packages
 * @param {string[]} homes
 * @param {string} comment
 */
function home(name, packages, homes, comment) {
  return {
    name,
    comment,
    severity: /** @type {const} */ ('error'),
    from: { path: '^(app|components|contract|demo|mesh|server)/', pathNot: [...homes, test] },
    to: { path: `^(node_modules/)?(${packages})(/|$)` },
  };
}

const anyNpm = '^node_modules/';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two modules that need each other are one module: move what both use into a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolved',
      comment:
        'The import leads nowhere: a wrong path, or a package that package.json does not list.',
      severity: 'error',
      from: {},
      // `server-only` is a marker that Next's bundler understands; it is no package.
      to: { couldNotResolve: true, pathNot: '^server-only$' },
    },
    {
      name: 'no-undeclared-package',
      comment:
        'A package that came along with another one vanishes with it. List it in package.json.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-development-package-in-production',
      comment: 'The built server is installed without devDependencies.',
      severity: 'error',
      from: { path: '^(app|components|contract|mesh|server)/', pathNot: [test] },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm', 'type-only'] },
    },
    only(
      'mesh-is-pure',
      '^mesh/',
      ['^mesh/'],
      'mesh/ holds rules as pure functions of values: no Node, no npm, no React, no other folder.',
    ),
    only(
      'contract-sees-mesh-and-zod',
      '^contract/',
      ['^contract/', '^mesh/', '^node_modules/zod/'],
      'The contract is what both sides share, so it may lean only on the domain and on zod.',
    ),
    only(
      'ports-see-mesh-and-contract',
      '^server/(ports|errors)\\.ts$',
      ['^server/(ports|errors)\\.ts$', '^contract/', '^mesh/'],
      'Ports are the inside of the hexagon: naming an SDK or an adapter here would tie every use case to it.',
    ),
    ...[
      ['kubernetes', '@kubernetes/client-node|yaml|ws|undici'],
      ['prometheus', 'undici|zod'],
      ['jaeger', 'undici|zod'],
      ['tempo', 'undici|zod'],
    ].map(([name = '', packages = '']) =>
      only(
        `adapter-${name}-stands-alone`,
        `^server/adapters/${name}/`,
        [
          `^server/adapters/${name}/`,
          '^server/adapters/[^/]+\\.ts$',
          '^server/(ports|errors)\\.ts$',
          '^(contract|mesh)/',
          node,
          `^node_modules/(${packages}|zod|server-only)/`,
        ],
        'An adapter knows its own upstream, the ports and the domain. What two adapters share goes to server/adapters/.',
      ),
    ),
    only(
      'usecases-see-ports',
      '^server/usecases/',
      [
        '^server/usecases/',
        '^server/(ports|errors)\\.ts$',
        '^(contract|mesh)/',
        // Of Node only what computes; nothing that reads or writes.
        '^(node:)?(crypto|util)$',
      ],
      'A use case answers one question through ports, so that it runs unchanged on recorded, simulated and real sources.',
    ),
    only(
      'telemetry-sees-ports',
      '^server/telemetry/',
      [
        '^server/telemetry/',
        '^server/(ports|errors)\\.ts$',
        '^(contract|mesh)/',
        node,
        '^node_modules/(prom-client|pino)/',
      ],
      'Metrics and logs observe the ports; they know no adapter and no use case.',
    ),
    only(
      'http-sees-contract',
      '^server/http/',
      [
        '^server/http/',
        '^server/(errors|ports)\\.ts$',
        '^server/telemetry/',
        '^(contract|mesh)/',
        node,
        '^node_modules/(zod|next)/',
      ],
      'server/http/ turns values into responses; it asks no upstream.',
    ),
    only(
      'identity-sees-ports',
      '^server/identity/',
      [
        '^server/identity/',
        '^server/http/',
        '^server/(ports|errors|config)\\.ts$',
        '^server/adapters/token-file\\.ts$',
        '^server/usecases/problems\\.ts$',
        '^(contract|mesh)/',
        node,
        '^node_modules/(jose|openid-client|oauth4webapi|zod)/',
      ],
      'Who asks is found out through ports: no SDK of the cluster, no page, no use case.',
    ),
    home(
      'login-libraries-live-in-identity',
      'jose|openid-client|oauth4webapi',
      ['^server/identity/'],
      'Only server/identity/ makes and reads sessions and tokens.',
    ),
    {
      name: 'config-sees-nothing',
      comment:
        'server/config.ts is read by scripts before anything else works, so it imports nothing.',
      severity: 'error',
      from: { path: '^server/config\\.ts$' },
      to: { path: '.' },
    },
    {
      name: 'server-front-door',
      comment:
        'server/index.ts is the front door: what it does not hand out is not for pages and routes.',
      severity: 'error',
      from: { path: '^(app/|instrumentation|proxy\\.ts)', pathNot: [test] },
      to: { path: '^server/', pathNot: '^server/index\\.ts$' },
    },
    {
      name: 'nothing-imports-the-server',
      comment: 'The domain, the contract and the browser know no server.',
      severity: 'error',
      from: { path: '^(mesh|contract|components|demo)/', pathNot: [test] },
      to: { path: '^server/' },
    },
    {
      name: 'nothing-imports-the-app',
      comment: 'app/ holds routes only; what is worth sharing lives in components/ or server/.',
      severity: 'error',
      from: { pathNot: ['^app/', '^tests/', '^\\.next'] },
      to: { path: '^app/' },
    },
    {
      name: 'demo-stands-alone',
      comment:
        'demo/ plays the upstreams: sharing code with the server would hide the errors that both make.',
      severity: 'error',
      from: { path: '^demo/', pathNot: [test] },
      to: { path: '^(app|components|contract|mesh|scripts|server|tests)/' },
    },
    {
      name: 'nothing-imports-the-demo',
      comment:
        'The demo is reached over HTTP, so that adapters and decoders run in every demo and test.',
      severity: 'error',
      from: { path: '^(app|components|contract|mesh|server)/', pathNot: [test] },
      to: { path: '^demo/' },
    },
    only(
      'queries-see-contract',
      '^components/queries/',
      ['^components/queries/', '^(contract|mesh)/', anyNpm],
      'components/queries/ is where the browser meets the server: it knows the contract, not what is drawn.',
    ),
    only(
      'components-see-contract-and-mesh',
      '^components/',
      ['^components/', '^(contract|mesh)/', '^node_modules/'],
      'Components run in the browser: no Node, no server, no demo, no routes.',
    ),
    only(
      'app-is-routes-only',
      '^app/',
      ['^app/', '^server/index\\.ts$', '^(components|contract|mesh)/', anyNpm, node],
      'A route parses, calls the front door and responds; a page lays out components.',
    ),
    home(
      'cytoscape-lives-in-graph',
      'cytoscape|@types/cytoscape',
      ['^components/graph/'],
      'Only components/graph/ knows the drawing library, so that it can be replaced in one folder.',
    ),
    home(
      'telemetry-libraries-live-in-telemetry',
      'prom-client|pino',
      ['^server/telemetry/'],
      'Only server/telemetry/ knows how Fanari reports on itself.',
    ),
    home(
      'kubernetes-client-lives-in-its-adapter',
      '@kubernetes/client-node',
      ['^server/adapters/kubernetes/'],
      'Vendor types stop at the adapter; the rest of Fanari speaks mesh/.',
    ),
    home(
      'react-query-lives-in-components',
      '@tanstack/react-query',
      ['^components/'],
      'Server state in the browser is a matter of components/queries/ and of those who use it.',
    ),
    {
      name: 'nothing-imports-tests',
      comment:
        'tests/ and *.test files are leaves: product code that needs them is in the wrong place.',
      severity: 'error',
      from: { pathNot: ['^tests/', test, '^(vitest|playwright)\\.config'] },
      to: { path: ['^tests/', test] },
    },
    {
      name: 'scripts-by-process',
      comment:
        'Scripts start the server and the demo as processes: they must work before anything is installed.',
      severity: 'error',
      from: { path: '^scripts/', pathNot: [test] },
      to: { path: '^(app|components|contract|demo|mesh|server)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^\\.next|^\\.cache|^test-results' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.d.ts'],
    },
  },
};
