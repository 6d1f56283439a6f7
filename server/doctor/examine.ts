import type { DoctorResponse } from '@/contract/doctor';
import type { Settings } from '@/server/config';
import { Fanari } from '@/server/fanari';
import { getDoctor } from '@/server/usecases/get-doctor';
import type { MeshSources } from '@/server/usecases/mesh-sources';

/** So long the first picture of the cluster may take. */
const READING_MS = 60_000;
/** So long a source that fails may take to come round. */
const FAILING_MS = 3000;
const LOOK_MS = 50;

/** Starts the sources, waits for what they have to tell, and runs the rules once. */
export async function examine(settings: Settings): Promise<DoctorResponse> {
  // What the sources complain of stands in the findings.
  const fanari = new Fanari({ ...settings, logLevel: 'error' });
  fanari.start();
  try {
    const { sources } = fanari.views.ofOwnAccount();
    await settled(sources);
    return await getDoctor(sources, settings, { namespaces: [] });
  } finally {
    fanari.stop();
  }
}

/** Until the cluster was read once and Prometheus told its limits, or both have had their time. */
async function settled({ cluster, metrics }: MeshSources): Promise<void> {
  const startedMs = performance.now();
  for (;;) {
    const waitedMs = performance.now() - startedMs;
    const { state } = cluster.state();
    const isRead = cluster.topology().revision > 0 && cluster.versions().kubernetes !== null;
    const isGivenUp =
      state === 'not-configured' ||
      waitedMs > READING_MS ||
      (waitedMs > FAILING_MS && (state === 'failing' || cluster.topology().revision > 0));
    const areLimitsTold = metrics === null || metrics.state().state !== 'syncing';
    if ((isRead || isGivenUp) && (areLimitsTold || waitedMs > FAILING_MS)) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
