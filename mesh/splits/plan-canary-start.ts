import { canaryWarnings } from '@/mesh/splits/canary-warnings';
import { fail, ok } from '@/mesh/result';
import { findCanaryCandidates, gatewayPort, namesIn } from '@/mesh/splits/find-canary-candidates';
import { freeName } from '@/mesh/splits/canary-names';
import {
  gatewayRouteSpec,
  sharesOf,
  versionServiceSpec,
  virtualServiceSpec,
} from '@/mesh/splits/canary-objects';
import { indexTopology } from '@/mesh/topology/topology-index';
import { readString, readStringMap } from '@/mesh/read-json';
import { refOf } from '@/mesh/topology/object';
import { subsetBase, subsetList, toSubset } from '@/mesh/splits/canary-subsets';
import type {
  CanaryApiOption,
  CanaryCandidate,
  CanaryCreation,
  CanaryFault,
  CanaryPlan,
  CanaryStart,
  CanaryStep,
  SubsetAddition,
} from '@/mesh/splits/canary';
import type { ConfigObject } from '@/mesh/topology/object';
import type { JsonObject, JsonPatchOperation } from '@/mesh/json';
import type { Result } from '@/mesh/result';
import type { Service, Topology } from '@/mesh/topology/topology';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

const ISTIO = 'networking.istio.io';
const GATEWAY = 'gateway.networking.k8s.io';

/** Highest weight that both APIs take. */
const MAX_WEIGHT = 1_000_000;

/** Best `apiVersion` in which the cluster serves a kind (`group/Kind`). */
export type ApiVersionOf = (kind: string) => string;

/**
 * The writes that start a canary, in safe order: DestinationRule or Services before the route that names them. An
 * existing DestinationRule only gets the subsets that it lacks, by a patch that tests what was seen.
 *
 * Faults: the service is no candidate (any more), the API cannot be used for it, or the weights are not one whole
 * number for each version, not negative, at most 1,000,000 and not all zero.
 */
export function planCanaryStart(
  topology: Topology,
  start: CanaryStart,
  apiVersionOf: ApiVersionOf,
): Result<CanaryPlan, CanaryFault> {
  const index = indexTopology(topology);
  const id = `${start.namespace}/${start.service}`;
  const candidate = findCanaryCandidates(topology).find((one) => one.id === id);
  const service = topology.services.get(id);
  if (candidate === undefined || service === undefined) {
    const message = `${id} is no service with several versions and without a route (any more).`;
    return fail({ kind: 'no-candidate', message });
  }
  const option = candidate.apis.find(({ api }) => api === start.api);
  const unavailable =
    option === undefined ? `The cluster does not serve ${start.api}.` : option.unavailable;
  if (option === undefined || unavailable !== null) {
    return fail({ kind: 'api-unavailable', message: unavailable ?? '' });
  }
  const message = weightFault(candidate, start);
  if (message !== null) return fail({ kind: 'invalid-weights', message });
  const around = { index, service, candidate, start, option, apiVersionOf };
  const steps = start.api === 'VirtualService' ? istioSteps(around) : gatewaySteps(around);
  return ok({ steps, warnings: canaryWarnings(index, service, candidate, start) });
}

function weightFault(candidate: CanaryCandidate, start: CanaryStart): string | null {
  const versions = candidate.versions.map(({ version }) => version);
  const named = start.weights.map(({ version }) => version);
  const isComplete =
    new Set(named).size === named.length &&
    named.length === versions.length &&
    versions.every((version) => named.includes(version));
  if (!isComplete) return `One weight is needed for each of ${versions.join(', ')}.`;
  const wrong = start.weights.find(
    ({ weight }) => !Number.isInteger(weight) || weight < 0 || weight > MAX_WEIGHT,
  );
  if (wrong !== undefined)
    return `A weight must be whole, from 0 to ${MAX_WEIGHT}; ${wrong.weight} is not.`;
  const isZero = start.weights.every(({ weight }) => weight === 0);
  return isZero ? 'At least one weight must be more than zero.' : null;
}

interface PlanInputs {
  readonly index: TopologyIndex;
  readonly service: Service;
  readonly candidate: CanaryCandidate;
  readonly start: CanaryStart;
  readonly option: CanaryApiOption;
  readonly apiVersionOf: ApiVersionOf;
}

function istioSteps(inputs: PlanInputs): readonly CanaryStep[] {
  const { service, candidate, start, option } = inputs;
  const spec = virtualServiceSpec(service, sharesOf(candidate, start));
  const route = creation(inputs, `${ISTIO}/VirtualService`, option.name, spec);
  return [...destinationRuleSteps(inputs), route];
}

function destinationRuleSteps(inputs: PlanInputs): readonly CanaryStep[] {
  const { index, service, candidate } = inputs;
  const kind = `${ISTIO}/DestinationRule`;
  const base = subsetBase(index, service);
  const missing = candidate.versions
    .filter(({ hasSubset }) => !hasSubset)
    .map(({ subset, version }) => toSubset(subset, candidate.labelKey, version));
  if (missing.length === 0) return [];
  if (base.rule !== null) return [addition(base.rule, missing)];
  const name = freeName(service.name, namesIn(index, kind, service.namespace)) ?? service.name;
  const policy = base.shadowed === null ? {} : { trafficPolicy: base.shadowed.policy };
  return [creation(inputs, kind, name, { host: service.name, ...policy, subsets: missing })];
}

/** Tests cannot ask for absence, so a rule without a list of subsets is tested whole. */
function addition(rule: ConfigObject, missing: readonly JsonObject[]): SubsetAddition {
  const list = subsetList(rule);
  const before = list?.length ?? 0;
  const added = missing.map((subset, position) => ({
    position: before + position,
    name: readString(subset, 'name') ?? '',
    labels: readStringMap(subset, 'labels') ?? {},
  }));
  const common = {
    action: 'add-subsets',
    object: refOf(rule),
    apiVersion: rule.apiVersion,
  } as const;
  if (list === null) {
    const patch: readonly JsonPatchOperation[] = [
      { op: 'test', path: '/spec', value: rule.spec },
      { op: 'add', path: '/spec/subsets', value: [...missing] },
    ];
    return { ...common, patch, added, isNewList: true };
  }
  const patch: readonly JsonPatchOperation[] = [
    { op: 'test', path: '/spec/host', value: rule.spec['host'] ?? '' },
    { op: 'test', path: '/spec/subsets', value: rule.spec['subsets'] ?? [] },
    ...missing.map((value) => ({ op: 'add' as const, path: '/spec/subsets/-', value })),
  ];
  return { ...common, patch, added, isNewList: false };
}

function gatewaySteps(inputs: PlanInputs): readonly CanaryStep[] {
  const { service, candidate, start, option } = inputs;
  const port = gatewayPort(service);
  if (port === null) return [];
  const services = candidate.versions
    .filter(({ hasService }) => !hasService)
    .map(({ service: name, version }) =>
      creation(inputs, '/Service', name, versionServiceSpec(service, candidate.labelKey, version)),
    );
  const spec = gatewayRouteSpec(service, port, sharesOf(candidate, start));
  return [...services, creation(inputs, `${GATEWAY}/${start.api}`, option.name, spec)];
}

function creation(
  inputs: PlanInputs,
  groupKind: string,
  name: string,
  spec: JsonObject,
): CanaryCreation {
  const [group = '', kind = ''] = groupKind.split('/');
  const { namespace } = inputs.service;
  const apiVersion = inputs.apiVersionOf(groupKind);
  return {
    action: 'create',
    object: { group, kind, namespace, name },
    apiVersion,
    manifest: { apiVersion, kind, metadata: { name, namespace }, spec },
  };
}
