import { FIELD_MANAGER } from '@/mesh/field-manager';
import type { JsonObject } from '@/mesh/json';
import { fail, ok, type Result } from '@/mesh/result';
import type { ObjectRef } from '@/mesh/topology/object';
import { toApiFault, toWriteFault } from '@/server/adapters/kubernetes/api-fault';
import type { ApiAnswer, KubernetesClient } from '@/server/adapters/kubernetes/client';
import { pathOf, type ServedKind } from '@/server/adapters/kubernetes/discovery';
import { toConfigObject } from '@/server/adapters/kubernetes/to-object';
import { asRecord } from '@/server/adapters/parse-json';
import { sourceError, type SourceError } from '@/server/errors';
import type { ClusterObject, PatchFault, PatchRequest, WriteVerb } from '@/server/ports';

/** The object that an answer holds; `bad-response` when it holds none. */
export function toClusterObject(
  kind: ServedKind,
  answer: ApiAnswer,
): Result<ClusterObject, SourceError> {
  const raw = asRecord(answer.body) as JsonObject | null;
  if (raw === null) {
    const message = `The Kubernetes API server answered with something that is no ${kind.kind}`;
    return fail(sourceError('kubernetes', 'bad-response', message));
  }
  return ok({ raw, config: toConfigObject(kind, raw) });
}

/** Reads one object afresh. */
export async function getObject(
  client: KubernetesClient,
  kind: ServedKind,
  ref: ObjectRef,
  signal: AbortSignal,
): Promise<Result<ClusterObject, SourceError>> {
  const path = pathOf(kind, ref.namespace, ref.name);
  const answer = await client.call('get', { method: 'GET', path }, signal);
  if (!answer.ok) return answer;
  if (answer.value.status === 200) return toClusterObject(kind, answer.value);
  const what = `${ref.kind} ${ref.namespace}/${ref.name}`;
  return fail(toApiFault(answer.value, what, client.subject()));
}

/** Sends a JSON patch. 409 is `conflict`; 400, 422 and what admission refuses are `refused`. */
export async function patchObject(
  client: KubernetesClient,
  kind: ServedKind,
  request: PatchRequest,
  signal: AbortSignal,
): Promise<Result<ClusterObject, PatchFault>> {
  const { ref } = request;
  const version = request.apiVersion.slice(request.apiVersion.lastIndexOf('/') + 1);
  const answer = await client.call(
    request.dryRun ? 'dry-run' : 'patch',
    {
      method: 'PATCH',
      path: pathOf(kind, ref.namespace, ref.name, version),
      parameters: { fieldManager: FIELD_MANAGER, ...(request.dryRun ? { dryRun: 'All' } : {}) },
      contentType: 'application/json-patch+json',
      body: request.patch,
    },
    signal,
  );
  if (!answer.ok) return fail({ kind: 'source', error: answer.error });
  const { status } = answer.value;
  if (status === 200) {
    const object = toClusterObject(kind, answer.value);
    return object.ok ? object : fail({ kind: 'source', error: object.error });
  }
  return fail(
    toWriteFault(answer.value, {
      what: `a change of ${ref.kind} ${ref.namespace}/${ref.name}`,
      forbidden: `The Kubernetes API server does not let ${client.subject()} change this object`,
    }),
  );
}

/** Asks whether Fanari may do this (SelfSubjectAccessReview). An empty name means every object, an empty namespace all. */
export async function mayWrite(
  client: KubernetesClient,
  kind: ServedKind,
  target: { readonly verb: WriteVerb | 'get'; readonly namespace: string; readonly name: string },
  signal: AbortSignal,
): Promise<Result<boolean, SourceError>> {
  const { group, plural, version } = kind;
  const answer = await client.call(
    'access-review',
    {
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: {
          resourceAttributes: { group, version, resource: plural, ...target },
        },
      },
    },
    signal,
  );
  if (!answer.ok) return answer;
  const allowed = asRecord(asRecord(answer.value.body)?.['status'])?.['allowed'];
  if (answer.value.status < 300 && typeof allowed === 'boolean') return ok(allowed);
  return fail(toApiFault(answer.value, 'an access review'));
}
