import { z } from 'zod';
import { gapsSchema } from '@/contract/gap';

/** Fields of every answer that holds figures of one reading of the metrics. */
export const readingShape = {
  at: z
    .number()
    .describe(
      'When the metrics were read, epoch milliseconds; without metrics, when the picture of the cluster was made',
    ),
  windowSeconds: z
    .number()
    .describe(
      'Window that rates are taken over, seconds; clipped to what the metrics store can answer, so it may differ from the one asked for',
    ),
  gaps: gapsSchema,
} as const;
