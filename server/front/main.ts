import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { readSettings } from '@/server/config';
import { createFront } from '@/server/front/create-front';
import { endFront } from '@/server/front/end-front';
import { OpenAnswers } from '@/server/front/open-answers';
import { placeBuild } from '@/server/front/place-build';
import { leaveEndToFront } from '@/server/process-end';
import { createLog, type Log } from '@/server/telemetry/log';

/** Folder of this file, where `next build` put the server and scripts/lib/build.mjs this bundle. */
const standaloneDir = import.meta.dirname;

async function serve(): Promise<void> {
  const settings = readSettings();
  const log = createLog(settings.ok ? settings.value.logLevel : 'info');
  if (!settings.ok) {
    log.fatal({ faults: settings.error }, 'the settings are wrong');
    process.exit(1);
  }
  const { host, port, basePath, authStrategy } = settings.value;
  const needsSession = authStrategy === 'token' || authStrategy === 'openid';
  const build = placeBuild(standaloneDir, distName(), basePath);
  keepAlive(log);
  leaveEndToFront();
  const app = await loadNext(build.dir, host, port);
  await app.prepare();
  const answers = new OpenAnswers();
  const options = { basePath, needsSession };
  const front = createFront(app.getRequestHandler(), options, answers, (err) =>
    log.error({ err }, 'a request failed unexpectedly'),
  );
  const exit = () => {
    build.remove();
    process.exit(0);
  };
  front.once('error', (err) => {
    log.fatal({ err, host, port }, 'cannot listen');
    build.remove();
    process.exit(1);
  });
  front.listen(port, host, () => {
    log.info({ host, port, basePath }, 'listening');
    // Next runs instrumentation.ts, which begins to watch the cluster, with the first request.
    const headers = { host: 'localhost' };
    get({ host, port, headers, path: '/healthz' }, (answer) => answer.resume()).on('error', () =>
      log.warn('Fanari does not answer itself'),
    );
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void endFront(front, answers).then(exit));
  }
}

/** One request that goes wrong ends no process; what Next prints by itself becomes lines of the log. */
function keepAlive(log: Log): void {
  process.on('unhandledRejection', (err) => log.error({ err }, 'unhandled rejection'));
  process.on('uncaughtException', (err) => log.error({ err }, 'uncaught exception'));
  const says =
    (level: 'debug' | 'warn' | 'error') =>
    (first: unknown, ...rest: unknown[]) => {
      if (first instanceof Error) log[level]({ err: first }, rest.map(String).join(' '));
      else log[level]([first, ...rest].map(String).join(' '));
    };
  Object.assign(console, { log: says('debug'), warn: says('warn'), error: says('error') });
}

/** The folder in which the build is; FANARI_DIST_DIR may have named it when building. */
function distName(): string {
  const found = readdirSync(standaloneDir).find((name) =>
    existsSync(join(standaloneDir, name, 'BUILD_ID')),
  );
  if (found === undefined) throw new Error(`No build in ${standaloneDir}: run \`npm run build\``);
  return found;
}

/** Next on a build, with the settings that it was built with, as its own `server.js` does it. */
async function loadNext(dir: string, hostname: string, port: number) {
  const files = join(dir, distName(), 'required-server-files.json');
  const { config } = JSON.parse(readFileSync(files, 'utf8')) as { readonly config: object };
  // eslint-disable-next-line no-restricted-properties -- how Next is told its configuration, no setting of Fanari
  const env = process.env as Record<string, string>;
  env['NODE_ENV'] = 'production';
  env['__NEXT_PRIVATE_STANDALONE_CONFIG'] = JSON.stringify(config);
  process.chdir(dir);
  const { default: next } = await import('next');
  return next({ dev: false, dir, hostname, port, quiet: true });
}

await serve();
