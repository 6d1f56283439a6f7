import 'server-only';
import { readSettings, type Settings } from '@/server/config';
import { Fanari, VERSION } from '@/server/fanari';
import { jsonResponse, problemResponse } from '@/server/http/problem-response';
import { onlyPost, onlyRead, readAndPost, unknownEndpoint } from '@/server/http/refused-methods';
import { endWithProcess } from '@/server/process-end';
import { createLog } from '@/server/telemetry/log';

export { VERSION };
export {
  respondToBody,
  respondToQuery,
  respondWithGraph,
  respondWithGraphStream,
  respondWithStreamHead,
} from '@/server/respond';
export {
  respondToLogout,
  respondToOpenIdCallback,
  respondToOpenIdStart,
  respondToTokenLogin,
  respondWithSession,
} from '@/server/respond-session';
export { respondToWrite } from '@/server/respond-to-write';
export { jsonResponse, onlyPost, onlyRead, problemResponse, readAndPost, unknownEndpoint };
export { applyCanary } from '@/server/usecases/apply-canary';
export { applySplit } from '@/server/usecases/apply-split';
export { getCanaryCandidates } from '@/server/usecases/get-canary-candidates';
export { getConfig } from '@/server/usecases/get-config';
export { getDoctor } from '@/server/usecases/get-doctor';
export { getMtls } from '@/server/usecases/get-mtls';
export { getSeries } from '@/server/usecases/get-series';
export { getSplits } from '@/server/usecases/get-splits';
export { getStatus } from '@/server/usecases/get-status';
export { getTrace, getTraces } from '@/server/usecases/get-traces';
export { previewCanary } from '@/server/usecases/preview-canary';
export { previewSplit } from '@/server/usecases/preview-split';
export { undoCanary } from '@/server/usecases/undo-canary';

const KEY = Symbol.for('fanari.server');

/** Route bundles do not share module instances, so the one server of a process lives on `globalThis`. */
const holder = globalThis as unknown as { [KEY]?: Fanari };

/** The running server; started on first use, so that a route works even where no instrumentation ran. */
export function fanari(): Fanari {
  return startFanari();
}

function create(settings: Settings): Fanari {
  try {
    return new Fanari(settings);
  } catch (caught) {
    createLog('info').fatal({ err: caught }, 'Fanari cannot start');
    process.exit(1);
  }
}

/**
 * Starts the server with the settings of the environment, once for each process. Ends the process, naming every fault,
 * when the settings are wrong.
 */
export function startFanari(): Fanari {
  const running = holder[KEY];
  if (running !== undefined) return running;
  const settings = readSettings();
  if (!settings.ok) {
    createLog('info').fatal({ faults: settings.error }, 'the settings are wrong');
    process.exit(1);
  }
  const server = create(settings.value);
  holder[KEY] = server;
  server.start();
  endWithProcess(server);
  return server;
}
