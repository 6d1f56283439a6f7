import { badRequest, invalid } from '@/demo/kubernetes/api-error';
import type { StatusCause } from '@/demo/kubernetes/api-error';
import { builtInCauses } from '@/demo/kubernetes/built-in-rules';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { toFieldPath, valueAtPointer } from '@/demo/kubernetes/field-path';
import { gatewayApiCauses } from '@/demo/kubernetes/gateway-api-rules';
import { without } from '@/demo/kubernetes/json';
import { metadataCauses } from '@/demo/kubernetes/metadata-rules';
import { atVersion } from '@/demo/kubernetes/object-encoding';
import type { ResourceTarget } from '@/demo/kubernetes/request-target';
import { toCauses } from '@/demo/kubernetes/schema-causes';
import type { SchemaFault, SchemaValidator } from '@/demo/kubernetes/schema-validator';

/** Built-in kinds are decoded into Go structs, so a value of a wrong type is already a 400. */
function checkDecodable(
  target: ResourceTarget,
  faults: readonly SchemaFault[],
  object: unknown,
): void {
  const fault = faults.find(({ keyword }) => keyword === 'type');
  if (fault === undefined) return;
  const value = valueAtPointer(object, fault.path);
  const found = Array.isArray(value) ? 'array' : typeof value;
  const { kind } = target.type;
  const field = toFieldPath(fault.path).replaceAll(/\[\d+\]/g, '');
  throw badRequest(
    `${kind} in version "${target.version}" cannot be handled as a ${kind}: json: cannot unmarshal ${found} ` +
      `into Go struct field ${kind}.${field} of type ${String(fault.params['type'])}`,
  );
}

function schemaCauses(
  target: ResourceTarget,
  object: KubernetesObject,
  validate: SchemaValidator | null,
): readonly StatusCause[] {
  if (validate === null) return [];
  // Metadata is the same for all kinds and has rules of its own; the status of built-in kinds is not validated.
  const { custom } = target.type;
  const omitted = custom ? ['metadata'] : ['metadata', 'status'];
  const document = without(atVersion(object, target), ...omitted);
  // Of built-in kinds only Events say that metadata is required, which is not in the document.
  const faults = validate(document).filter(
    ({ keyword, path, params }) =>
      keyword !== 'required' || path !== '' || params['missingProperty'] !== 'metadata',
  );
  if (!custom) checkDecodable(target, faults, document);
  return toCauses(faults, document);
}

/** Faults after which the rules of a custom kind are not asked. */
const BLOCKING = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);

/** How the API server says so, of no field and no value. */
const UNCHECKED: StatusCause = {
  reason: 'FieldValueInvalid',
  message:
    'Invalid value: null: some validation rules were not checked because the object was invalid; ' +
    'correct the existing errors to complete validation',
  field: '<nil>',
};

/**
 * Checks an object before it is stored: metadata, the schema of the requested version and, for built-in kinds, rules
 * between fields. `validate` is that schema, `null` for kinds without one. Throws 422 with one cause per field, or 400 when a built-in kind could not be decoded.
 */
export function validateObject(
  target: ResourceTarget,
  object: KubernetesObject,
  current: KubernetesObject | null,
  validate: SchemaValidator | null,
): void {
  const bySchema = schemaCauses(target, object, validate);
  const found = [
    ...metadataCauses(object, target.type),
    ...bySchema,
    // Rules between fields are only asked of what fits its schema.
    ...(bySchema.length === 0 ? gatewayApiCauses(object) : []),
    ...builtInCauses(object, current),
  ];
  const causes = found.filter(
    (cause, index) =>
      found.findIndex(
        ({ field, message }) => field === cause.field && message === cause.message,
      ) === index,
  );
  if (causes.length === 0) return;
  const isBlocked = target.type.custom && causes.some(({ reason }) => BLOCKING.has(reason));
  const told = isBlocked ? [...causes, UNCHECKED] : causes;
  throw invalid(target.type, object.metadata.name, told);
}
