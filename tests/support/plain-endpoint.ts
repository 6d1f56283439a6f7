import type { EndpointSettings } from '@/server/adapters/http-endpoint';

/** Settings of an upstream at a URL, without credentials. */
export function plainEndpoint(url: string, timeoutMs = 20_000): EndpointSettings {
  return {
    url,
    timeoutMs,
    bearerTokenFile: null,
    user: null,
    passwordFile: null,
    headers: {},
    headersFile: null,
    caFile: null,
    certFile: null,
    keyFile: null,
    insecureSkipVerify: false,
  };
}
