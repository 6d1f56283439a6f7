import { z } from 'zod';

/** What the API server said of a write that was only tried. */
export const checkedShape = {
  dryRun: z
    .object({
      ok: z.boolean().describe('Whether the API server would accept the write'),
      message: z
        .string()
        .nullable()
        .describe('Why not, in the words of the API server; `null` when it would accept'),
    })
    .describe('Server-side dry-run: schemas and webhooks are checked, nothing is stored'),
  permitted: z
    .boolean()
    .nullable()
    .describe(
      'Whether Fanari may write this, `false` also when it is read-only; `null` when the API server did not say',
    ),
} as const;
