import { z } from 'zod';
import type { DeepReadonly } from '@/contract/deep-readonly';
import { UPSTREAM_ERRORS } from '@/contract/endpoint-errors';
import { viewParameter } from '@/contract/view-parameter';
import { windowParameter } from '@/contract/window';

function graphId(kind: string) {
  return z
    .string()
    .min(1)
    .max(2000)
    .optional()
    .describe(
      `Id of the ${kind} in the graph of \`view\`; give exactly one of \`node\` and \`edge\``,
    );
}

/** Parameters that name one node or one edge of the graph of a view. */
export const graphElementShape = {
  node: graphId('node'),
  edge: graphId('edge'),
  view: viewParameter,
} as const;

/** Said where no node or edge can have the id that was given. */
export const NO_SUCH_ELEMENT = 'There is no node or edge with this id';

interface ElementParameters {
  readonly node?: string | undefined;
  readonly edge?: string | undefined;
}

/** One node or edge, by its id in the graph. */
export interface GraphElement {
  readonly kind: 'node' | 'edge';
  readonly id: string;
}

/** The element that parameters name; `null` unless exactly one of `node` and `edge` is there. */
export function toGraphElement({ node, edge }: ElementParameters): GraphElement | null {
  if (node !== undefined && edge === undefined) return { kind: 'node', id: node };
  if (edge !== undefined && node === undefined) return { kind: 'edge', id: edge };
  return null;
}

/** Query of `GET /series`. */
export const seriesQuerySchema = z
  .object({ ...graphElementShape, window: windowParameter })
  .transform(({ node, edge, view, window }, context) => {
    const element = toGraphElement({ node, edge });
    if (element !== null) return { element, view, windowSeconds: window };
    context.addIssue({ code: 'custom', message: 'give exactly one of node and edge' });
    return z.NEVER;
  });

/** The element and the range shown, in seconds. */
export type SeriesQuery = DeepReadonly<z.output<typeof seriesQuerySchema>>;

function values(text: string) {
  return z
    .array(z.number().nullable())
    .describe(`${text}, for each of \`at\`; \`null\` where nothing was measured`);
}

/** Answer of `GET /series`. */
export const seriesResponseSchema = z
  .object({
    stepSeconds: z.number().describe('Time between two values, seconds'),
    at: z.array(z.number()).describe('Times of the values, epoch milliseconds, ascending'),
    rps: values('Requests per second'),
    errorRatio: values('Failed over all requests, 0..1'),
    latencyMsP95: values('Duration that 95 % of requests stay below, milliseconds'),
    tcpBytesPerSecond: values('TCP in both directions together, bytes per second'),
  })
  .describe('Traffic over time; all lists are as long as `at`');

/** Traffic over time. */
export type SeriesResponse = DeepReadonly<z.output<typeof seriesResponseSchema>>;

/** `GET /series`: traffic of one node or edge over time. */
export const seriesEndpoint = {
  method: 'GET',
  path: '/series',
  summary: 'Traffic of one node or edge over time',
  description:
    'Of a node, what comes in; what goes out where nothing comes in. About 60 values, no closer than the scrapes.',
  errors: {
    ...UPSTREAM_ERRORS,
    404: NO_SUCH_ELEMENT,
  },
  query: seriesQuerySchema,
  response: seriesResponseSchema,
} as const;
