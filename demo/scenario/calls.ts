import type { CallBehaviour } from '@/demo/traffic/behaviour';

/** An HTTP GET with the sizes of a small page. */
export function httpCall(
  host: string,
  port: number,
  path: string,
  more: Partial<CallBehaviour> = {},
): CallBehaviour {
  return {
    host,
    port,
    path,
    protocol: 'http',
    method: 'GET',
    perRequest: 1,
    requestBytes: 620,
    responseBytes: 2400,
    onFailure: 'ignore',
    ...more,
  };
}

/** A unary gRPC call of `service/method`; when it fails, what needed it fails. */
export function grpcCall(
  host: string,
  port: number,
  method: string,
  more: Partial<CallBehaviour> = {},
): CallBehaviour {
  return {
    host,
    port,
    path: `/${method}`,
    protocol: 'grpc',
    method: 'POST',
    perRequest: 1,
    requestBytes: 280,
    responseBytes: 760,
    onFailure: 'fail',
    ...more,
  };
}

/** An exchange on a pooled TCP connection. */
export function tcpCall(
  host: string,
  port: number,
  more: Partial<CallBehaviour> = {},
): CallBehaviour {
  return {
    host,
    port,
    path: '',
    protocol: 'tcp',
    method: '',
    perRequest: 1,
    requestBytes: 210,
    responseBytes: 1600,
    onFailure: 'fail',
    connectionsPerExchange: 0.04,
    ...more,
  };
}
