import type { ApiCall } from '@/server/adapters/kubernetes/api-call';
import { asRecord } from '@/server/adapters/parse-json';

/** API groups whose objects are questions: nothing is stored. */
const REVIEWS = /^\/apis\/(authentication|authorization)\.k8s\.io\//;

/** Whether a call, as it is sent, would change anything in the cluster; a dry-run and a review would not. */
export function changesCluster({ method, path, parameters, body }: ApiCall): boolean {
  if (method === 'GET' || REVIEWS.test(path)) return false;
  if (parameters?.['dryRun'] === 'All') return false;
  const options = method === 'DELETE' ? asRecord(body)?.['dryRun'] : null;
  return !(Array.isArray(options) && options.length === 1 && options[0] === 'All');
}
