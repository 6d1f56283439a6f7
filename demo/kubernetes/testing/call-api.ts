import type { KubernetesApi } from '@/demo/kubernetes/api-server';

/** What the API answered, decoded. */
export interface ApiReply {
  readonly code: number;
  readonly body: Record<string, unknown>;
  /** The `Warning` header; `null` without one. */
  readonly warning: string | null;
}

/** Sends a request as user agent `tester/1.0`; a body that is text is sent as it stands, others as JSON. */
export async function callApi(
  { url }: Pick<KubernetesApi, 'url'>,
  method: string,
  path: string,
  body?: unknown,
  contentType = 'application/json',
): Promise<ApiReply> {
  const response = await fetch(`${url}${path}`, {
    method,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    headers: { 'content-type': contentType, 'user-agent': 'tester/1.0' },
  });
  return {
    code: response.status,
    body: (await response.json()) as Record<string, unknown>,
    warning: response.headers.get('warning'),
  };
}
