import { z } from 'zod';
import type { DeepReadonly } from '@/contract/deep-readonly';
import { findingSchema } from '@/contract/doctor-schemas';
import { namespacesParameter } from '@/contract/namespaces-parameter';

/** Query of `GET /doctor`. */
export const doctorQuerySchema = z.object({ namespaces: namespacesParameter });

/** Namespaces of the graph that would be empty; empty means all. */
export type DoctorQuery = DeepReadonly<z.output<typeof doctorQuerySchema>>;

/** Answer of `GET /doctor`. */
export const doctorResponseSchema = z
  .object({
    at: z.number().describe('When it was looked, epoch milliseconds'),
    findings: z
      .array(findingSchema)
      .describe('Findings about everything that may be seen, worst first'),
    emptyGraph: z
      .array(findingSchema)
      .describe(
        'Why a graph of the namespaces asked for would have no nodes or no edges: the first is the reason, the others what would be next. Empty: nothing but a lack of traffic in its window',
      ),
  })
  .describe('What is wrong between the mesh and its picture, with a fix for each finding');

/** What the doctor says. */
export type DoctorResponse = DeepReadonly<z.output<typeof doctorResponseSchema>>;

/** `GET /doctor`: whether Fanari can see the mesh, and whether the mesh is put up as it should be. */
export const doctorEndpoint = {
  method: 'GET',
  path: '/doctor',
  summary: 'What is wrong between the mesh and its picture, with fixes',
  description:
    'Asks every source by a fixed number of calls, and remembers the answers for ten seconds. Rules: docs/doctor.md.',
  errors: {},
  query: doctorQuerySchema,
  response: doctorResponseSchema,
} as const;
