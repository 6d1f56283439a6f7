import http, { type Server } from 'node:http';

/** A Prometheus whose every answer has other figures for so many edges: each refresh changes the whole graph. */
export async function startBusyPrometheus(edges: number): Promise<Server> {
  const server = http.createServer((request, response) => {
    const result = Array.from({ length: edges }, (_, index) => {
      const metric = {
        reporter: 'source',
        source_workload: `service-${index}`,
        source_workload_namespace: 'team',
        destination_workload: `service-${(index + 1) % edges}`,
        destination_workload_namespace: 'team',
        destination_service: `service-${(index + 1) % edges}.team.svc.cluster.local`,
        response_code: '200',
      };
      return { metric, value: [1, String(1 + Math.random())] };
    });
    const isQuery = (request.url ?? '').startsWith('/api/v1/query');
    const data = isQuery ? { resultType: 'vector', result } : [];
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ status: 'success', data }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
