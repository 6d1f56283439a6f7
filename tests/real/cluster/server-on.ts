import { parseSettings } from '@/server/config';
import { Fanari } from '@/server/fanari';

/** Fanari's server, without Next, on a cluster: what `npm start -- --kubeconfig …` watches and writes. */
export function startFanariOn(kubeconfig: string, flags: readonly string[] = []): Fanari {
  const settings = parseSettings(
    ['--kubeconfig', kubeconfig, '--log-level', 'error', ...flags],
    {},
  );
  if (!settings.ok) throw new Error(JSON.stringify(settings.error));
  const fanari = new Fanari(settings.value);
  fanari.start();
  return fanari;
}
