import { z } from 'zod';
import { objectRefSchema } from '@/contract/object-ref';

/** Fields of a warning before a write, beside its rule. */
export const warningShape = {
  message: z.string().describe('The warning in words'),
  object: objectRefSchema
    .nullable()
    .describe('Object that the warning is about; `null` when it is about none in particular'),
  blocks: z.boolean().describe('`true`: the write is refused until this is dealt with'),
} as const;
