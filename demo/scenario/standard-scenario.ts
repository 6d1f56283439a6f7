import { bookinfo, BOOKINFO_BEHAVIOUR, BOOKINFO_SOURCES } from '@/demo/scenario/bookinfo';
import { boutique } from '@/demo/scenario/boutique';
import { BOUTIQUE_BEHAVIOUR, BOUTIQUE_SOURCES } from '@/demo/scenario/boutique-behaviour';
import { clusterObjects } from '@/demo/scenario/cluster-objects';
import { istioSystem } from '@/demo/scenario/istio-system';
import { outsiders, OUTSIDER_SOURCES } from '@/demo/scenario/outsiders';
import type { Scenario } from '@/demo/scenario/scenario';
import type { WorkloadBehaviour } from '@/demo/traffic/behaviour';

const EXTERNALS: readonly (readonly [string, WorkloadBehaviour])[] = [
  ['rates.example.com', { serviceMs: 85, failures: [{ ratio: 0.02, status: 502 }], calls: [] }],
  ['tracking.parcel.example', { serviceMs: 120, failures: [], calls: [] }],
  ['metrics.saas.example', { serviceMs: 40, failures: [], calls: [] }],
];

/** The mesh that the demo opens with. */
export function standardScenario(): Scenario {
  return {
    objects: [...clusterObjects(), ...istioSystem(), ...bookinfo(), ...boutique(), ...outsiders()],
    application: {
      workloads: new Map(Object.entries({ ...BOOKINFO_BEHAVIOUR, ...BOUTIQUE_BEHAVIOUR })),
      externals: new Map(EXTERNALS),
      sources: [...BOOKINFO_SOURCES, ...BOUTIQUE_SOURCES, ...OUTSIDER_SOURCES],
    },
  };
}
