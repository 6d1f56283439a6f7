import type { CanaryStart } from '@/mesh/splits/canary';

/** Path of the demo's Istio objects. */
export const ISTIO = '/apis/networking.istio.io/v1/namespaces/bookinfo';

/** The route that {@link detailsStart} creates. */
export const DETAILS_ROUTE = `${ISTIO}/virtualservices/details`;

/** The DestinationRule that {@link detailsStart} creates before its route. */
export const DETAILS_RULE = `${ISTIO}/destinationrules/details`;

/** Starts a canary on a service of the demo that has two versions and no route. */
export const detailsStart: CanaryStart = {
  namespace: 'bookinfo',
  service: 'details',
  api: 'VirtualService',
  weights: [
    { version: 'v1', weight: 100 },
    { version: 'v2', weight: 0 },
  ],
};
