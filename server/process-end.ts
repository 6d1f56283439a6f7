const KEY = Symbol.for('fanari.end');

/** What has to be ended before the process. */
export interface Service {
  /** Ends event streams, whose browsers then ask another replica. */
  endStreams(): void;
  /** Ends everything else that answers are made from. */
  stop(): void;
}

interface ProcessEnd {
  hasFront: boolean;
  isBegun: boolean;
  service: Service | null;
}

/** Routes and the front of the process are bundled apart and share no module instances, so this is global. */
const holder = globalThis as unknown as { [KEY]?: ProcessEnd };

function state(): ProcessEnd {
  const end = holder[KEY] ?? { hasFront: false, isBegun: false, service: null };
  holder[KEY] = end;
  return end;
}

/** Says that the front of the process will end what is registered, in its time. Without it, signals do. */
export function leaveEndToFront(): void {
  state().hasFront = true;
}

/** Registers the one service of the process. */
export function endWithProcess(service: Service): void {
  const end = state();
  end.service = service;
  if (end.hasFront) return;
  const stop = () => service.stop();
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

/** From now on the process is not ready for more. */
export function beginEnd(): void {
  state().isBegun = true;
}

/** Whether the process has been told to end. It still answers whoever asks. */
export function isEnding(): boolean {
  return state().isBegun;
}

/** The service that was registered, if one was. */
export function serviceOfProcess(): Service | null {
  return state().service;
}
