import type { Answer, ApiContext, Denial } from '@/demo/kubernetes/api-context';
import { badRequest, unknownPath } from '@/demo/kubernetes/api-error';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { readPath, stringOf } from '@/demo/kubernetes/json';
import type { JsonObject } from '@/demo/kubernetes/json';
import type { ResourceType } from '@/demo/kubernetes/resource-type';
import { SERVED_TYPES } from '@/demo/kubernetes/served-types';

/** One question for the authorizer. `resource` may carry a subresource (`pods/log`). */
export interface AccessQuestion {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace: string;
}

/** Who asks for everything (`*`) is also refused for a part of it. */
function fits(pattern: string | undefined, value: string): boolean {
  return pattern === undefined || pattern === '*' || value === '*' || pattern === value;
}

/** Whether the configured denials leave this open. */
export function isAllowed(denies: readonly Denial[], question: AccessQuestion): boolean {
  return !denies.some(
    (denial) =>
      fits(denial.verb, question.verb) &&
      fits(denial.group, question.group) &&
      fits(denial.resource, question.resource) &&
      fits(denial.namespace, question.namespace),
  );
}

function accessStatus(context: ApiContext, review: KubernetesObject): JsonObject {
  const attributes = readPath(review, 'spec', 'resourceAttributes');
  const path = readPath(review, 'spec', 'nonResourceAttributes');
  if (attributes === undefined && path === undefined) {
    throw badRequest(
      'spec.resourceAttributes: exactly one of nonResourceAttributes or resourceAttributes must be specified',
    );
  }
  const subresource = stringOf(readPath(attributes, 'subresource'));
  const resource = stringOf(readPath(attributes, 'resource'));
  const allowed =
    attributes === undefined ||
    isAllowed(context.denies(), {
      verb: stringOf(readPath(attributes, 'verb')),
      group: stringOf(readPath(attributes, 'group')),
      resource: subresource === '' ? resource : `${resource}/${subresource}`,
      namespace: stringOf(readPath(attributes, 'namespace')),
    });
  return allowed ? { allowed: true, reason: 'the embedded cluster allows it' } : { allowed: false };
}

const READ_VERBS = ['get', 'list', 'watch'];
const WRITE_VERBS = ['create', 'update', 'patch', 'delete', 'deletecollection'];

function resourcesOf(type: ResourceType): readonly (readonly [string, readonly string[]])[] {
  const below = [...(type.status ? ['status'] : []), ...(type.scale ? ['scale'] : [])];
  const log = type.kind === 'Pod' ? [['pods/log', ['get']] as const] : [];
  return [
    [type.resource, [...READ_VERBS, ...WRITE_VERBS]],
    ...below.map((name) => [`${type.resource}/${name}`, ['get', 'update', 'patch']] as const),
    ...log,
  ];
}

interface ResourceRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
}

/** Rules cannot say "except", so every resource is listed with the verbs that are left. */
function remainingRules(denies: readonly Denial[], namespace: string): readonly ResourceRule[] {
  const rules = new Map<string, ResourceRule>();
  for (const type of SERVED_TYPES) {
    for (const [resource, all] of resourcesOf(type)) {
      const { group } = type;
      const verbs = all.filter((verb) => isAllowed(denies, { verb, group, resource, namespace }));
      if (verbs.length === 0) continue;
      const key = `${group} ${verbs.join()}`;
      const resources = [...(rules.get(key)?.resources ?? []), resource];
      rules.set(key, { verbs, apiGroups: [group], resources });
    }
  }
  return [...rules.values()];
}

function rulesStatus(context: ApiContext, review: KubernetesObject): JsonObject {
  const namespace = stringOf(readPath(review, 'spec', 'namespace'));
  if (namespace === '') throw badRequest('no namespace on request');
  const denies = context.denies();
  const everything = [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }];
  return {
    resourceRules: denies.length === 0 ? everything : remainingRules(denies, namespace),
    nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
    incomplete: false,
  };
}

/** Answers the create-only reviews of the caller itself. Throws 404 for other kinds. */
export function answerReview(context: ApiContext, path: string, review: KubernetesObject): Answer {
  const { kind, apiVersion, metadata, ...rest } = review;
  const echo = { kind, apiVersion, metadata: { ...metadata, creationTimestamp: null } };
  if (path.endsWith('/selfsubjectaccessreviews')) {
    return { code: 201, body: { ...echo, ...rest, status: accessStatus(context, review) } };
  }
  if (path.endsWith('/selfsubjectrulesreviews')) {
    return { code: 201, body: { ...echo, ...rest, status: rulesStatus(context, review) } };
  }
  if (!path.endsWith('/selfsubjectreviews')) throw unknownPath();
  const userInfo = { username: context.user, groups: ['system:masters', 'system:authenticated'] };
  return { code: 201, body: { ...echo, status: { userInfo } } };
}
