import { expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import type {
  canaryCandidateSchema,
  canaryStartSchema,
  canaryUndoSchema,
  canaryWarningSchema,
} from '@/contract/canary-schemas';
import type { DeepReadonly } from '@/contract/deep-readonly';
import type { sourceGapSchema } from '@/contract/gap';
import type { graphEdgeSchema, graphNodeSchema, graphSchema } from '@/contract/graph-schemas';
import type { mtlsReportSchema } from '@/contract/mtls-schemas';
import type {
  fieldManagerSchema,
  objectRefSchema,
  ownerReferenceSchema,
} from '@/contract/object-ref';
import type {
  trafficSplitSchema,
  weightChangeSchema,
  weightPlanSchema,
} from '@/contract/split-schemas';
import type { traceSchema } from '@/contract/trace';
import type { traceSummarySchema } from '@/contract/traces';
import type { SourceGap } from '@/mesh/gap';
import type { Graph, GraphEdge, GraphNode } from '@/mesh/graph/graph';
import type { MtlsReport } from '@/mesh/mtls/mtls';
import type { CanaryCandidate, CanaryStart, CanaryUndo, CanaryWarning } from '@/mesh/splits/canary';
import type { TrafficSplit, WeightChange, WeightPlan } from '@/mesh/splits/split';
import type { FieldManager, ObjectRef, OwnerReference } from '@/mesh/topology/object';
import type { Trace, TraceSummary } from '@/mesh/traces';

type Wire<Schema extends z.ZodType> = DeepReadonly<z.output<Schema>>;
/** `true` when each type can stand for the other, so that neither has a field the other lacks. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

test('the wire types are the domain types', () => {
  expectTypeOf<Same<Wire<typeof sourceGapSchema>, SourceGap>>().toEqualTypeOf<true>();
  expectTypeOf<Same<Wire<typeof objectRefSchema>, ObjectRef>>().toEqualTypeOf<true>();
  expectTypeOf<Same<Wire<typeof ownerReferenceSchema>, OwnerReference>>().toEqualTypeOf<true>();
  expectTypeOf<Same<Wire<typeof fieldManagerSchema>, FieldManager>>().toEqualTypeOf<true>();
  expectTypeOf<Same<Wire<typeof graphNodeSchema>, GraphNode>>().toEqualTypeOf<true>();
  expectTypeOf<Same<Wire<typeof graphEdgeSchema>, GraphEdge>>().toEqualTypeOf<true>();
  expectTypeOf<Same<Wire<typeof graphSchema>, Graph>>().toEqualTypeOf<true>();
  expectTypeOf<Same<Wire<typeof mtlsReportSchema>, MtlsReport>>().toEqualTypeOf<true>();
  expectTypeOf<Same<Wire<typeof trafficSplitSchema>, TrafficSplit>>().toEqualTypeOf<true>();
  expectTypeOf<Same<Wire<typeof weightChangeSchema>, WeightChange>>().toEqualTypeOf<true>();
  expectTypeOf<
    Same<Wire<typeof weightPlanSchema>, DeepReadonly<WeightPlan>>
  >().toEqualTypeOf<true>();
  expectTypeOf<Same<Wire<typeof canaryCandidateSchema>, CanaryCandidate>>().toEqualTypeOf<true>();
  expectTypeOf<Same<Wire<typeof canaryStartSchema>, CanaryStart>>().toEqualTypeOf<true>();
  expectTypeOf<Same<Wire<typeof canaryWarningSchema>, CanaryWarning>>().toEqualTypeOf<true>();
  expectTypeOf<Same<Wire<typeof canaryUndoSchema>, CanaryUndo>>().toEqualTypeOf<true>();
  expectTypeOf<Same<Wire<typeof traceSummarySchema>, TraceSummary>>().toEqualTypeOf<true>();
  expectTypeOf<Same<Wire<typeof traceSchema>, Trace>>().toEqualTypeOf<true>();
});
