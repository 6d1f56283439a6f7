import { randomBytes } from 'node:crypto';
import { FIELD_MANAGER } from '@/mesh/field-manager';
import { fail, ok, type Result } from '@/mesh/result';
import { toApiFault } from '@/server/adapters/kubernetes/api-fault';
import type { KubernetesClient } from '@/server/adapters/kubernetes/client';
import type { SourceError } from '@/server/errors';
import type { ObjectEvent } from '@/server/ports';

/** The API server takes no more. */
const LONGEST_MESSAGE = 1024;
const LONGEST_NAME = 200;

/** Signs that would break a line of `kubectl describe`, or hide a part of it. */
const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** Stores an Event (core/v1) about an object, in its namespace. `apiVersion`: of the object. */
export async function postEvent(
  client: KubernetesClient,
  event: ObjectEvent,
  apiVersion: string | null,
  signal: AbortSignal,
): Promise<Result<null, SourceError>> {
  const { kind, namespace, name } = event.object;
  const at = new Date(event.atMs).toISOString();
  const text = event.message.replace(CONTROL, ' ');
  const body = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      name: `${name.slice(0, LONGEST_NAME)}.${randomBytes(8).toString('hex')}`,
      namespace,
    },
    involvedObject: {
      kind,
      namespace,
      name,
      ...(apiVersion === null ? {} : { apiVersion }),
      ...(event.uid === null ? {} : { uid: event.uid }),
    },
    type: event.type,
    reason: event.reason,
    action: event.reason,
    message: text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE - 1)}…` : text,
    source: { component: FIELD_MANAGER },
    reportingComponent: FIELD_MANAGER,
    reportingInstance: FIELD_MANAGER,
    eventTime: at.replace('Z', '000Z'),
    firstTimestamp: at.replace(/\.\d+Z/, 'Z'),
    lastTimestamp: at.replace(/\.\d+Z/, 'Z'),
    count: 1,
  };
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`;
  const answer = await client.call('event', { method: 'POST', path, body }, signal);
  if (!answer.ok) return answer;
  return answer.value.status < 300 ? ok(null) : fail(toApiFault(answer.value, 'storing an Event'));
}
