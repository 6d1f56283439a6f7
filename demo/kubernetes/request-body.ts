import type { IncomingMessage } from 'node:http';
import { parse as parseYaml } from 'yaml';
import { ApiError, badRequest, unsupportedMediaType } from '@/demo/kubernetes/api-error';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { isObject } from '@/demo/kubernetes/json';
import { decodeProtobuf } from '@/demo/kubernetes/protobuf-decoder';
import type { JsonObject } from '@/demo/kubernetes/json';

const JSON_TYPES = ['application/json', 'application/yaml'];
const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const MAX_DEPTH = 200;
const DRAINED_BODIES = 10;

/** Reads a whole request body. Throws a 413 `ApiError` beyond `maxBytes`. */
export async function readBytes(incoming: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size <= maxBytes) chunks.push(bytes);
    // The rest is read and thrown away, within reason, so that the client can read the answer.
    else if (size > maxBytes * DRAINED_BODIES) break;
  }
  if (size > maxBytes) {
    const message = `Request entity too large: limit is ${maxBytes}`;
    throw new ApiError(413, 'RequestEntityTooLarge', message);
  }
  return Buffer.concat(chunks);
}

/** The same as text. */
export async function readBody(incoming: IncomingMessage, maxBytes: number): Promise<string> {
  return (await readBytes(incoming, maxBytes)).toString('utf8');
}

function isTooDeep(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (depth > MAX_DEPTH) return true;
  return Object.values(value).some((child) => isTooDeep(child, depth + 1));
}

/** Parses JSON, or YAML when `yaml` is set. Throws a 400 `ApiError` with the parser's reason. */
export function parseText(text: string, yaml: boolean): unknown {
  let value: unknown;
  try {
    value = yaml ? parseYaml(text, { maxAliasCount: 100, logLevel: 'error' }) : JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw badRequest(`error decoding the request body: ${reason}`);
  }
  if (isTooDeep(value)) throw badRequest('error decoding the request body: nested too deeply');
  return value;
}

/** The media type of a `Content-Type` without its parameters. */
export function mediaType(contentType: string): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase();
}

/** Whether a media type is one of YAML. */
export function isYaml(type: string): boolean {
  return type === 'application/yaml' || type.endsWith('+yaml');
}

function isStringMap(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    (isObject(value) && Object.values(value).every((entry) => typeof entry === 'string'))
  );
}

function checkMetadata(metadata: JsonObject): void {
  for (const key of ['name', 'namespace', 'resourceVersion', 'generateName']) {
    const value = metadata[key];
    if (value !== undefined && value !== null && typeof value !== 'string') {
      throw badRequest(
        `json: cannot unmarshal into Go struct field ObjectMeta.metadata.${key} of type string`,
      );
    }
  }
  for (const key of ['labels', 'annotations']) {
    if (isStringMap(metadata[key])) continue;
    throw badRequest(
      `json: cannot unmarshal into Go struct field ObjectMeta.metadata.${key} of type map[string]string`,
    );
  }
  for (const key of ['ownerReferences', 'finalizers', 'managedFields']) {
    const value = metadata[key];
    if (value === undefined || value === null || Array.isArray(value)) continue;
    throw badRequest(
      `json: cannot unmarshal into Go struct field ObjectMeta.metadata.${key} of type array`,
    );
  }
}

/** Checks that a value has the envelope of a Kubernetes object. Throws a 400 `ApiError` otherwise. */
export function toKubernetesObject(value: unknown): KubernetesObject {
  if (!isObject(value)) throw badRequest("couldn't get version/kind; the body is not an object");
  const { apiVersion, kind } = value;
  if (typeof kind !== 'string' || kind === '') {
    throw badRequest("Object 'Kind' is missing in the request body");
  }
  if (typeof apiVersion !== 'string' || apiVersion === '') {
    throw badRequest("Object 'apiVersion' is missing in the request body");
  }
  const metadata = value['metadata'] ?? {};
  if (!isObject(metadata)) throw badRequest('metadata must be an object');
  checkMetadata(metadata);
  const present = Object.fromEntries(
    Object.entries(metadata).filter(([, entry]) => entry !== null),
  );
  return { ...value, apiVersion, kind, metadata: { name: '', ...present } };
}

/** Reads the object in the body of a request, in JSON, YAML or protobuf. Throws 415 for other media types. */
export async function readObject(
  incoming: IncomingMessage,
  contentType: string,
  maxBytes: number,
): Promise<KubernetesObject> {
  const type = mediaType(contentType) || 'application/json';
  const bytes = await readBytes(incoming, maxBytes);
  if (type === PROTOBUF) return toKubernetesObject(decodeProtobuf(bytes));
  if (!JSON_TYPES.includes(type)) throw unsupportedMediaType([...JSON_TYPES, PROTOBUF]);
  return toKubernetesObject(parseText(bytes.toString('utf8'), isYaml(type)));
}
