import type { CanaryStart, CanaryVersion } from '@/mesh/splits/canary';

/** All of 100 to the version with most ready pods (the lowest version when several have as many), none to the others. */
export function defaultCanaryWeights(versions: readonly CanaryVersion[]): CanaryStart['weights'] {
  const most = Math.max(...versions.map(({ readyPods }) => readyPods));
  const stable = versions.find(({ readyPods }) => readyPods === most);
  return versions.map(({ version }) => ({
    version,
    weight: version === stable?.version ? 100 : 0,
  }));
}
