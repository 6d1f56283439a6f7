import type { Core } from 'cytoscape';
import {
  EMPTY_MEMORY,
  loadLayoutMemory,
  saveLayoutMemory,
  type LayoutMemory,
} from '@/components/graph/layout/layout-memory';
import { knownInside } from '@/components/graph/layout/known-insides';
import { layOut } from '@/components/graph/layout/lay-out';
import {
  startLayoutWorker,
  type LayoutWorker,
} from '@/components/graph/layout/layout-worker-client';
import { planLayout, type LayoutPlan } from '@/components/graph/layout/layout-plan';
import { simpleLayered } from '@/components/graph/layout/simple-layered';
import {
  gapsFor,
  structureKey,
  type InsideLayout,
  type InsideProblem,
} from '@/components/graph/layout/inside-layout';
import { fitView } from '@/components/graph/scene/view-commands';
import { viewSize } from '@/components/graph/scene/view-extent';
import { moveNodes } from '@/components/graph/scene/move-nodes';
import type { GraphElements } from '@/components/graph/to-elements';

/** Lays out the scene and remembers where things stand. */
export interface SceneLayout {
  /** Places what is new in these elements. The latest request wins. */
  readonly request: (elements: GraphElements) => void;
  /** Forgets everything, also what the user moved, and lays out anew. */
  readonly reset: () => void;
  /** Switches to the memory of another cluster or view. */
  readonly useMemory: (name: string) => void;
  /** Remembers that the user moved a node or, by its frame, a namespace. */
  readonly nodesMoved: (nodeIds: readonly string[], boxId: string | null) => void;
  /** Calls back with true when a layout starts, with false when the last one that was asked for has its places. */
  readonly onBusy: (listener: (isBusy: boolean) => void) => void;
  /** Calls back when the worker cannot be used, with a sentence for people. */
  readonly onFault: (listener: (message: string) => void) => void;
  readonly stop: () => void;
}

/** How long an empty screen waits for the worker before a plain layout is shown in its place. */
const PATIENCE_MS = 700;

/** `onMoved` runs whenever positions have changed. */
export function createSceneLayout(cy: Core, onMoved: () => void): SceneLayout {
  let fault: (message: string) => void = () => undefined;
  const worker = cachedWorker((message) => fault(message));
  let memoryName = '';
  let memory: LayoutMemory = EMPTY_MEMORY;
  let latest: GraphElements | null = null;
  let plan: LayoutPlan | null = null;
  let run = 0;
  let stopMoving: () => void = () => undefined;
  let busy: (isBusy: boolean) => void = () => undefined;
  let hasShown = false;
  /** Whether the view is still to be fitted: another layout may begin before the glide of this one has ended. */
  let isFitDue = false;

  const show = (
    positions: ReadonlyMap<string, { x: number; y: number }>,
    isFitted: boolean,
  ): void => {
    stopMoving();
    const wasEmpty = cy.nodes().not('.unplaced').empty();
    hasShown = true;
    isFitDue ||= isFitted;
    stopMoving = moveNodes(cy, positions, onMoved, () => {
      if (isFitDue) fitView(cy, !wasEmpty);
      isFitDue = false;
      onMoved();
    });
  };

  const start = async (elements: GraphElements): Promise<void> => {
    run += 1;
    const mine = run;
    const view = viewSize(cy);
    const nextPlan = planLayout(
      elements,
      new Set(Object.keys(memory.movedItems)),
      gapsFor(view.width, view.height),
    );
    const isRearranged =
      !hasShown ||
      nextPlan.items.some(
        ({ id }) => memory.folded.includes(id) !== nextPlan.folded.has(id) && id in memory.origins,
      );
    plan = nextPlan;
    busy(true);
    const impatience = hasShown
      ? undefined
      : setTimeout(() => void showPlain(nextPlan, mine), PATIENCE_MS);
    const result = await layOut(nextPlan, memory, worker.layOut, view);
    clearTimeout(impatience);
    if (mine !== run || cy.destroyed()) return;
    memory = result.memory;
    saveLayoutMemory(memoryName, memory);
    show(result.positions, isRearranged);
    busy(false);
  };

  const showPlain = async (forPlan: LayoutPlan, mine: number): Promise<void> => {
    const plain = await layOut(
      forPlan,
      memory,
      (problem) => Promise.resolve(simpleLayered(problem)),
      viewSize(cy),
    );
    if (mine === run && !cy.destroyed() && !hasShown) {
      show(plain.positions, true);
      busy(false);
    }
  };

  return {
    request: (elements) => {
      latest = elements;
      void start(elements);
    },
    reset: () => {
      memory = EMPTY_MEMORY;
      isFitDue = true;
      if (latest !== null) void start(latest);
    },
    useMemory: (name) => {
      if (name === memoryName) return;
      memoryName = name;
      memory = loadLayoutMemory(name);
      hasShown = false;
    },
    nodesMoved: (nodeIds, boxId) => {
      if (plan === null) return;
      memory = withMoved(cy, plan, memory, nodeIds, boxId);
      saveLayoutMemory(memoryName, memory);
    },
    onBusy: (listener) => {
      busy = listener;
    },
    onFault: (listener) => {
      fault = listener;
    },
    stop: () => {
      run += 1;
      stopMoving();
      worker.stop();
    },
  };
}

/** The worker, asked once per structure: the same namespace with the same content has the same inside. */
function cachedWorker(onFault: (message: string) => void): LayoutWorker {
  // Started when it is first needed: it loads a large script.
  let worker: LayoutWorker | null = null;
  const answers = new Map<string, Promise<InsideLayout>>();
  return {
    stop: () => worker?.stop(),
    layOut: (problem: InsideProblem) => {
      const key = structureKey(problem);
      const learnt = knownInside(key);
      if (learnt !== null) return Promise.resolve(learnt);
      const known = answers.get(key);
      if (known !== undefined) return known;
      if (problem.nodes.length < 2) return Promise.resolve(simpleLayered(problem));
      worker ??= startLayoutWorker(onFault);
      const answer = worker.layOut(problem);
      if (answers.size > 200) answers.clear();
      answers.set(key, answer);
      return answer;
    },
  };
}

function withMoved(
  cy: Core,
  plan: LayoutPlan,
  memory: LayoutMemory,
  nodeIds: readonly string[],
  boxId: string | null,
): LayoutMemory {
  const movedNodes = { ...memory.movedNodes };
  const movedItems = { ...memory.movedItems };
  const origins = { ...memory.origins };
  for (const item of plan.items) {
    const first = item.problem.nodes[0];
    if (first === undefined) continue;
    if (item.kind === 'single' && nodeIds.includes(first.id)) {
      const { x, y } = cy.getElementById(first.id).position();
      movedItems[item.id] = { x: x - first.outerWidth / 2, y: y - first.height / 2 };
    }
    if (item.kind === 'namespace' && item.id === boxId) {
      const inside = movedNodes[first.id] ?? memory.insides[item.id]?.[first.id] ?? { x: 0, y: 0 };
      const { x, y } = cy.getElementById(first.id).position();
      movedItems[item.id] = { x: x - inside.x, y: y - inside.y };
    }
    if (item.kind === 'namespace' && item.id !== boxId) {
      const origin = origins[item.id] ?? { x: 0, y: 0 };
      for (const node of item.problem.nodes) {
        if (!nodeIds.includes(node.id)) continue;
        const { x, y } = cy.getElementById(node.id).position();
        movedNodes[node.id] = { x: x - origin.x, y: y - origin.y };
      }
    }
    const origin = movedItems[item.id];
    if (origin !== undefined) origins[item.id] = origin;
  }
  return { ...memory, movedNodes, movedItems, origins };
}
