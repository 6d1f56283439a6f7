import { z } from 'zod';
import { objectRefSchema } from '@/contract/object-ref';

/** Schema of `Severity`. */
const severitySchema = z
  .enum(['error', 'warning', 'unknown', 'info', 'ok'])
  .describe(
    '`error`: something that Fanari is for does not work; `warning`: works, and will surprise somebody; `unknown`: could not be looked at; `info`: worth knowing, may be meant so; `ok`: looked at, and right',
  );

const fixSchema = z.object({
  text: z.string().describe('What to do'),
  commands: z
    .array(z.string())
    .describe('For a shell, as they stand; what is in angle brackets has to be filled in'),
});

const findingObjectSchema = z.object({
  ref: objectRefSchema.describe('Object that the finding is about'),
  detail: z.string().nullable().describe('What of it, e.g. a port; `null`: the whole of it'),
});

/** Schema of `Finding`. */
export const findingSchema = z
  .object({
    rule: z.string().describe('Name of the rule, as in docs/doctor.md; stable'),
    group: z
      .enum([
        'cluster',
        'istio',
        'kinds',
        'access',
        'prometheus',
        'traces',
        'clock',
        'injection',
        'ports',
        'configuration',
      ])
      .describe('What it is about'),
    severity: severitySchema,
    title: z.string().describe('The finding in a line'),
    seen: z.string().describe('What was seen, with its figures'),
    fix: fixSchema.nullable().describe('What to do about it; `null`: nothing'),
    objects: z
      .array(findingObjectSchema)
      .describe('The objects that it is about, by name; at most twenty'),
    objectCount: z.number().int().describe('Number of objects that it is about'),
    source: z.string().describe('Where this is known from'),
  })
  .describe('One finding of the doctor');
