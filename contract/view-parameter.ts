import { graphViewSchema } from '@/contract/graph-schemas';

/** Query parameter `view`; `workload` when absent. */
export const viewParameter = graphViewSchema
  .default('workload')
  .describe('What nodes stand for in the graph; workloads when absent');
