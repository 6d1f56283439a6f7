import { FIELD_MANAGER } from '@/mesh/field-manager';
import { ok, fail, type Result } from '@/mesh/result';
import { toWriteFault } from '@/server/adapters/kubernetes/api-fault';
import type { ApiAnswer, KubernetesClient } from '@/server/adapters/kubernetes/client';
import { pathOf, type ServedKind } from '@/server/adapters/kubernetes/discovery';
import { toClusterObject } from '@/server/adapters/kubernetes/object-access';
import type { ClusterObject, CreateRequest, DeleteRequest, PatchFault } from '@/server/ports';

function versionOf(apiVersion: string): string {
  return apiVersion.slice(apiVersion.lastIndexOf('/') + 1);
}

function toFault(client: KubernetesClient, answer: ApiAnswer, what: string): PatchFault {
  const forbidden = `The Kubernetes API server does not let ${client.subject()} do this: ${what}`;
  return toWriteFault(answer, { what, forbidden });
}

/** Creates an object, refused when it names fields that the API server does not know. 409: one of that name is there. */
export async function createObject(
  client: KubernetesClient,
  kind: ServedKind,
  request: CreateRequest,
  signal: AbortSignal,
): Promise<Result<ClusterObject, PatchFault>> {
  const { ref, apiVersion, manifest, dryRun } = request;
  const answer = await client.call(
    dryRun ? 'dry-run' : 'create',
    {
      method: 'POST',
      path: pathOf(kind, ref.namespace, '', versionOf(apiVersion)),
      parameters: {
        fieldManager: FIELD_MANAGER,
        fieldValidation: 'Strict',
        ...(dryRun ? { dryRun: 'All' } : {}),
      },
      body: manifest,
    },
    signal,
  );
  if (!answer.ok) return fail({ kind: 'source', error: answer.error });
  if (answer.value.status === 200 || answer.value.status === 201) {
    const object = toClusterObject(kind, answer.value);
    return object.ok ? object : fail({ kind: 'source', error: object.error });
  }
  return fail(toFault(client, answer.value, `creating ${ref.kind} ${ref.namespace}/${ref.name}`));
}

/** Deletes exactly the object that was seen: another uid or resourceVersion is a conflict. */
export async function deleteObject(
  client: KubernetesClient,
  kind: ServedKind,
  request: DeleteRequest,
  signal: AbortSignal,
): Promise<Result<null, PatchFault>> {
  const { ref, apiVersion, uid, resourceVersion, dryRun } = request;
  const answer = await client.call(
    dryRun ? 'dry-run' : 'delete',
    {
      method: 'DELETE',
      path: pathOf(kind, ref.namespace, ref.name, versionOf(apiVersion)),
      body: {
        kind: 'DeleteOptions',
        apiVersion: 'v1',
        propagationPolicy: 'Background',
        preconditions: { uid, resourceVersion },
        ...(dryRun ? { dryRun: ['All'] } : {}),
      },
    },
    signal,
  );
  if (!answer.ok) return fail({ kind: 'source', error: answer.error });
  if (answer.value.status === 200 || answer.value.status === 202) return ok(null);
  return fail(toFault(client, answer.value, `deleting ${ref.kind} ${ref.namespace}/${ref.name}`));
}
