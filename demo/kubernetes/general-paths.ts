import type { Answer, ApiContext, ApiRequest } from '@/demo/kubernetes/api-context';
import { answerReview } from '@/demo/kubernetes/access-review';
import { methodNotAllowed, unknownPath } from '@/demo/kubernetes/api-error';
import {
  aggregatedDiscovery,
  apiGroup,
  apiGroupList,
  resourceList,
} from '@/demo/kubernetes/discovery';
import type { JsonObject } from '@/demo/kubernetes/json';
import { openApiDocument, openApiIndex } from '@/demo/kubernetes/openapi';
import { openApiV2Document } from '@/demo/kubernetes/openapi-v2';
import { openApiV2Protobuf } from '@/demo/kubernetes/openapi-v2-protobuf';
import { readObject } from '@/demo/kubernetes/request-body';

const VERSION = {
  major: '1',
  minor: '32',
  gitVersion: 'v1.32.0',
  gitCommit: 'embedded',
  gitTreeState: 'clean',
  buildDate: '2025-01-01T00:00:00Z',
  goVersion: 'none',
  compiler: 'none',
  platform: 'linux/amd64',
};

const REVIEW = /^\/apis\/auth(orization|entication)\.k8s\.io\/v1\/selfsubject\w*reviews$/;
const CORE_VERSIONS = {
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: [],
};

function discoveryFormat(accept: string): string | null {
  if (!accept.includes('as=APIGroupDiscoveryList')) return null;
  return accept.includes('v=v2;') || accept.includes('v=v2,') || accept.endsWith('v=v2')
    ? 'v2'
    : 'v2beta1';
}

function discovery(request: ApiRequest, core: boolean): Answer {
  const version = discoveryFormat(request.accept);
  if (version === null) return { code: 200, body: core ? CORE_VERSIONS : apiGroupList() };
  const contentType = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
  return {
    code: 200,
    body: aggregatedDiscovery(core, version),
    headers: { 'content-type': contentType },
  };
}

function orUnknown(body: JsonObject | null): Answer {
  if (body === null) throw unknownPath();
  return { code: 200, body };
}

async function openApi(path: string): Promise<Answer> {
  if (path === '/openapi/v3') return { code: 200, body: openApiIndex() };
  return orUnknown(await openApiDocument(path.slice('/openapi/v3/'.length)));
}

/** How Go clients ask for OpenAPI 2.0 in protobuf; an `@` may not stand in the `Content-Type` of the answer. */
const OPENAPI_V2_PROTOBUF = /application\/com\.github\.proto-openapi\.spec\.v2[@.]v1\.0\+protobuf/;
const OPENAPI_V2_CONTENT_TYPE = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

async function openApiV2(accept: string): Promise<Answer> {
  if (!OPENAPI_V2_PROTOBUF.test(accept)) return { code: 200, body: await openApiV2Document() };
  const headers = { 'content-type': OPENAPI_V2_CONTENT_TYPE };
  return { code: 200, body: await openApiV2Protobuf(), headers };
}

async function read(request: ApiRequest, path: string): Promise<Answer> {
  if (path === '/version') return { code: 200, body: VERSION };
  if (path === '/api') return discovery(request, true);
  if (path === '/apis') return discovery(request, false);
  if (path === '/openapi/v2') return openApiV2(request.accept);
  if (path.startsWith('/openapi/v3')) return openApi(path);
  const [, root, first, second, third] = path.split('/');
  if (third !== undefined) throw unknownPath();
  if (root === 'api' && second === undefined) return orUnknown(resourceList('', first ?? ''));
  if (root !== 'apis') throw unknownPath();
  if (second === undefined) return orUnknown(apiGroup(first ?? ''));
  return orUnknown(resourceList(first ?? '', second));
}

/** Answers everything that is not a stored resource: version, discovery, OpenAPI and reviews. Throws 404 and 405. */
export async function answerGeneral(context: ApiContext, request: ApiRequest): Promise<Answer> {
  const path = request.path.replace(/\/+$/, '');
  if (REVIEW.test(path)) {
    if (request.method !== 'POST') throw methodNotAllowed();
    const { incoming, contentType } = request;
    const review = await readObject(incoming, contentType, context.maxBodyBytes);
    return answerReview(context, path, review);
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') throw methodNotAllowed();
  return read(request, path);
}
