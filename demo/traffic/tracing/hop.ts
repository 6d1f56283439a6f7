import type { CallBehaviour } from '@/demo/traffic/behaviour';
import type { HttpReport } from '@/demo/traffic/flow/flow-plan';
import type { PodModel } from '@/demo/traffic/model/mesh-model';

/** One HTTP request of one traced transaction, with the requests that it caused. */
export interface Hop {
  readonly behaviour: CallBehaviour;
  /** The pod that sent it, and whether its proxy saw it. */
  readonly clientPod: PodModel | null;
  readonly clientHasProxy: boolean;
  /** Where it ended; `null` when no pod was reached. */
  readonly serverPod: PodModel | null;
  /** `outbound|port|subset|host`, or `-` when the proxy answered by itself. */
  readonly cluster: string;
  readonly report: HttpReport;
  /** As the client saw it: all tries. */
  readonly startMs: number;
  readonly durationMs: number;
  /** The last try alone, as the server saw it. */
  readonly tryStartMs: number;
  readonly tryDurationMs: number;
  /** Failed tries before the last one, which the client's proxy made and only servers report. */
  readonly earlierTries: readonly Hop[];
  readonly children: readonly Hop[];
}
