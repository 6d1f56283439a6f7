import { parseSettings } from '@/server/config';
import { Fanari } from '@/server/fanari';
import type { DemoProcess } from '@/tests/support/start-demo';

/** Fanari's server, without Next, on the sources of a demo. */
export function startFanari(demo: DemoProcess, flags: readonly string[] = []): Fanari {
  const settings = parseSettings(
    [
      ...['--kubeconfig', demo.kubeconfig, '--prometheus-url', demo.prometheusUrl],
      ...['--jaeger-url', demo.jaegerUrl, '--log-level', 'error', '--refresh', '1s'],
      ...flags,
    ],
    {},
  );
  if (!settings.ok) throw new Error(JSON.stringify(settings.error));
  const fanari = new Fanari(settings.value);
  fanari.start();
  return fanari;
}

/** Waits until a condition holds; throws, naming it, when it does not within the limit. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  limitMs = 20_000,
): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`this did not happen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
