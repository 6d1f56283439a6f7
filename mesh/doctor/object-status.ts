import { readObject, readObjects, readString } from '@/mesh/read-json';
import type { JsonObject } from '@/mesh/json';
import type { ConfigObject } from '@/mesh/topology/object';

/** Something that the status of an object complains of. */
export interface StatusComplaint {
  readonly object: ConfigObject;
  /** A condition of its controller, or a message of Istio's analysis. */
  readonly origin: 'condition' | 'analysis';
  readonly severity: 'error' | 'warning' | 'info';
  /** Condition and reason, e.g. `Accepted: NoMatchingParent`, or code and name of the message. */
  readonly what: string;
  /** In the words of whoever wrote it; `null`: none. */
  readonly message: string | null;
  /** Page about it; `null`: none. */
  readonly page: string | null;
}

/** Conditions that are well when `True`. Others, such as `Reconciled`, say how far something is. */
const GOOD: ReadonlySet<string> = new Set([
  'Accepted',
  'ResolvedRefs',
  'Programmed',
  'ZtunnelAccepted',
  'WaypointAccepted',
]);
/** Conditions that are well when `False`. */
const BAD: ReadonlySet<string> = new Set(['Conflicted']);

const LEVELS: Readonly<Record<string, StatusComplaint['severity']>> = {
  ERROR: 'error',
  WARNING: 'warning',
  INFO: 'info',
  Error: 'error',
  Warning: 'warning',
  Info: 'info',
};

/** What the status of an object of Istio or the Gateway API complains of. */
export function statusComplaints(object: ConfigObject): readonly StatusComplaint[] {
  const { status } = object;
  if (status === null) return [];
  const places = [
    status,
    ...readObjects(status, 'parents'),
    ...readObjects(status, 'ancestors'),
    ...readObjects(status, 'listeners'),
  ];
  return [
    ...places
      .flatMap((place) => readObjects(place, 'conditions'))
      .flatMap((condition) => ofCondition(object, condition)),
    ...readObjects(status, 'validationMessages').map((message) => ofMessage(object, message)),
  ];
}

function ofCondition(object: ConfigObject, condition: JsonObject): readonly StatusComplaint[] {
  const type = readString(condition, 'type') ?? '';
  const status = readString(condition, 'status');
  const isBad = (GOOD.has(type) && status === 'False') || (BAD.has(type) && status === 'True');
  if (!isBad) return [];
  const reason = readString(condition, 'reason');
  return [
    {
      object,
      origin: 'condition',
      // An address that is still waited for is not a refusal.
      severity: type === 'Programmed' ? 'warning' : 'error',
      what: reason === null || reason === '' ? type : `${type}: ${reason}`,
      message: readString(condition, 'message'),
      page: null,
    },
  ];
}

function ofMessage(object: ConfigObject, message: JsonObject): StatusComplaint {
  const type = readObject(message, 'type') ?? {};
  const words = [readString(type, 'code'), readString(type, 'name')].filter(
    (word) => word !== null,
  );
  return {
    object,
    origin: 'analysis',
    severity: LEVELS[readString(message, 'level') ?? ''] ?? 'warning',
    what: words.length === 0 ? 'a message without code' : words.join(' '),
    message: readString(message, 'description'),
    page: readString(message, 'documentationUrl'),
  };
}
