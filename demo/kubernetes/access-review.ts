import type { Answer, ApiContext, Denial } from '@/demo/kubernetes/api-context';
import { badRequest, unknownPath } from '@/demo/kubernetes/api-error';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { readPath, stringOf } from '@/demo/kubernetes/json';
import type { JsonObject } from '@/demo/kubernetes/json';

/** One question for the authorizer. `resource` may carry a subresource (`pods/log`). */
export interface AccessQuestion {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace: string;
}

function fits(pattern: string | undefined, value: string): boolean {
  return pattern === undefined || pattern === '*' || pattern === value;
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

const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];

/** Rules cannot say "except", so each verb is listed with the resources that stay open. */
function rulesStatus(context: ApiContext, review: KubernetesObject): JsonObject {
  const namespace = stringOf(readPath(review, 'spec', 'namespace'));
  const denies = context.denies().filter((denial) => fits(denial.namespace, namespace));
  const verbs = VERBS.filter((verb) => !denies.some((denial) => fits(denial.verb, verb)));
  return {
    resourceRules: [
      { verbs: denies.length === 0 ? ['*'] : verbs, apiGroups: ['*'], resources: ['*'] },
    ],
    nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
    incomplete: denies.length > 0,
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
