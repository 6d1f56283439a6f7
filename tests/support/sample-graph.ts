import {
  mtlsOf,
  NO_RATES,
  httpRates,
  sampleEdge,
  sampleNode,
  sampleSplit,
  tcpRates,
} from '@/tests/support/sample-graph-parts';
import type { Graph, GraphEdge, GraphNode, GraphView } from '@/mesh/graph/graph';
import type { MtlsVerdict } from '@/mesh/mtls/mtls';
import type { TrafficSplit } from '@/mesh/splits/split';

/** A graph together with the splits whose handles stand on it. */
export interface Sample {
  readonly graph: Graph;
  readonly splits: readonly TrafficSplit[];
}

/** Size and seed of a generated graph. Equal options give equal samples. */
export interface SampleOptions {
  readonly seed?: number;
  readonly nodes: number;
  /** Defaults to one namespace for about twenty nodes. */
  readonly namespaces?: number;
  readonly view?: GraphView;
}

const SAMPLE_AT_MS = Date.UTC(2026, 0, 5, 12);

/** Numbers in [0, 1) that repeat with the seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A mesh of `nodes` nodes with about 2.5 edges each, some canaries, errors, TCP and plaintext. */
export function sampleGraph(options: SampleOptions): Sample {
  const random = seededRandom(options.seed ?? 1);
  const namespaces = options.namespaces ?? Math.max(1, Math.round(options.nodes / 20));
  const maker = new SampleMaker(random);
  const perNamespace = Math.max(2, Math.floor(options.nodes / namespaces));
  for (let index = 0; index < namespaces; index += 1) {
    const left = options.nodes - maker.nodes.length;
    maker.addNamespace(
      NAMES[index] ?? `team-${index}`,
      index === namespaces - 1 ? left : Math.min(left, perNamespace),
    );
  }
  maker.linkNamespaces(Math.round(options.nodes * 0.12));
  return {
    graph: graphOf(options.view ?? 'workload', maker.nodes, maker.edges),
    splits: maker.splits,
  };
}

const NAMES = [
  'shop',
  'payments',
  'search',
  'accounts',
  'catalog',
  'shipping',
  'media',
  'fraud',
  'billing',
  'chat',
];
const WORDS = [
  'cart',
  'orders',
  'profile',
  'stock',
  'pricing',
  'mailer',
  'quota',
  'feed',
  'index',
  'ledger',
  'tokens',
  'images',
];
const VERDICTS: readonly MtlsVerdict[] = [
  ...Array.from({ length: 20 }, () => 'encrypted' as const),
  'partly',
  'plaintext',
  'unknown',
  'broken',
];

class SampleMaker {
  readonly nodes: GraphNode[] = [];
  readonly edges: GraphEdge[] = [];
  readonly splits: TrafficSplit[] = [];
  private readonly seen = new Set<string>();

  constructor(private readonly random: () => number) {}

  addNamespace(namespace: string, count: number): void {
    const layers: GraphNode[][] = [[]];
    let made = 0;
    while (made < count) {
      const name = `${WORDS[made % WORDS.length] ?? 'app'}${made >= WORDS.length ? `-${Math.floor(made / WORDS.length)}` : ''}`;
      const wide = (layers.at(-1)?.length ?? 0) >= 2 + this.random() * 4;
      if (wide) layers.push([]);
      const added =
        count - made >= 3 && this.random() < 0.12
          ? this.canary(namespace, name)
          : [this.workload(namespace, name)];
      made += added.length;
      const [first] = added;
      if (first !== undefined) layers.at(-1)?.push(first);
    }
    this.linkLayers(layers);
  }

  linkNamespaces(count: number): void {
    for (let tries = 0; tries < count; tries += 1) {
      const ends = [this.random(), this.random()].map((place) =>
        Math.floor(place * this.nodes.length),
      );
      // One call in ten goes back up the chain of namespaces.
      const [from = 0, to = 0] =
        this.random() < 0.1 ? ends.sort((a, b) => b - a) : ends.sort((a, b) => a - b);
      const [source, target] = [this.nodes[from], this.nodes[to]];
      if (source && target && source.namespace !== target.namespace && source.kind !== 'service')
        this.link(source, target);
    }
  }

  private linkLayers(layers: readonly (readonly GraphNode[])[]): void {
    layers.forEach((layer, index) => {
      for (const target of layer) {
        const callers = index === 0 ? [] : (layers[index - 1] ?? []);
        const wanted = 1 + Math.floor(this.random() * 3);
        for (let tries = 0; tries < wanted; tries += 1) this.linkFrom(callers, target);
      }
    });
  }

  private linkFrom(callers: readonly GraphNode[], target: GraphNode): void {
    const source = this.pick(callers);
    if (source)
      this.link(source.kind === 'service' ? (this.behind(source) ?? source) : source, target);
  }

  private behind(service: GraphNode): GraphNode | undefined {
    return this.nodes.find(
      (node) => node.namespace === service.namespace && node.id.endsWith(`/${service.label}-v1`),
    );
  }

  private workload(namespace: string, name: string): GraphNode {
    const rates = this.rates();
    const node = sampleNode('workload', namespace, name, {
      inbound: rates,
      badges: this.random() < 0.15 ? ['circuit-breaker'] : [],
    });
    this.nodes.push(node);
    return node;
  }

  private canary(namespace: string, name: string): readonly GraphNode[] {
    const canaryWeight = Math.round(this.random() * 30);
    const split = sampleSplit(namespace, name, [
      { label: 'v1', weight: 100 - canaryWeight, observedShare: 1 - canaryWeight / 100 },
      { label: 'v2', weight: canaryWeight, observedShare: canaryWeight / 100 },
    ]);
    this.splits.push(split);
    const service = sampleNode('service', namespace, name, {
      inbound: this.rates(),
      splits: [split.id],
      badges: ['virtual-service'],
    });
    const versions = split.destinations.map((destination) =>
      sampleNode('workload', namespace, `${name}-${destination.label}`, {
        app: name,
        version: destination.label,
        inbound: this.rates(),
      }),
    );
    this.nodes.push(service, ...versions);
    versions.forEach((version, index) => {
      const share = split.destinations[index]?.share ?? null;
      this.edges.push(
        sampleEdge(service.id, version.id, httpRates(20 * (share ?? 0), 0, 12), { share }),
      );
    });
    return [service, ...versions];
  }

  private link(source: GraphNode, target: GraphNode): void {
    const key = `${source.id}>${target.id}`;
    if (this.seen.has(key) || source.id === target.id) return;
    this.seen.add(key);
    const isTcp = this.random() < 0.08;
    this.edges.push(
      sampleEdge(source.id, target.id, isTcp ? tcpRates(this.random() * 90_000) : this.rates(), {
        mtls: mtlsOf(this.pick(VERDICTS) ?? 'encrypted'),
      }),
    );
  }

  private rates() {
    const roll = this.random();
    if (roll < 0.05) return httpRates(0, 0, 0);
    const errorRatio = roll < 0.075 ? 0.2 : roll < 0.12 ? 0.01 : 0;
    return httpRates(10 ** (this.random() * 3 - 0.5), errorRatio, 3 + this.random() * 60);
  }

  private pick<T>(list: readonly T[]): T | undefined {
    return list[Math.floor(this.random() * list.length)];
  }
}

function graphOf(view: GraphView, nodes: readonly GraphNode[], edges: readonly GraphEdge[]): Graph {
  return { view, windowSeconds: 60, at: SAMPLE_AT_MS, namespaces: [], nodes, edges, gaps: [] };
}

/** Bookinfo with a three-way split of reviews, a header rule for jason, a database over TCP and a caller without proxy. */
export function bookinfoSample(): Sample {
  const ns = 'bookinfo';
  const versions = (v1: number, v2: number, v3: number) => [
    { label: 'v1', weight: 80, observedShare: v1, rulePerSecond: 50.1 },
    { label: 'v2', weight: 15, observedShare: v2, rulePerSecond: 50.1 },
    { label: 'v3', weight: 5, observedShare: v3, rulePerSecond: 50.1 },
  ];
  const jason = sampleSplit(
    ns,
    'reviews',
    [
      { label: 'v2', weight: 100, observedShare: 1 },
      { label: 'v3', weight: 0, observedShare: 0 },
    ],
    {
      ruleIndex: 0,
      ruleCount: 2,
      matches: ['header end-user = jason'],
    },
  );
  const everyone = sampleSplit(ns, 'reviews', versions(0.88, 0.1, 0.02), {
    ruleIndex: 1,
    ruleCount: 2,
    mirrors: [{ host: 'reviews-shadow', subset: null, percent: 25 }],
  });
  const splits = [jason, everyone];
  const version = (
    app: string,
    name: string,
    rps: number,
    errorRatio = 0,
    over: Partial<GraphNode> = {},
  ) =>
    sampleNode('versioned-app', ns, `${app}-${name}`, {
      app,
      version: name,
      label: `${app} ${name}`,
      inbound: httpRates(rps, errorRatio, 20),
      ...over,
    });
  const gateway = sampleNode('gateway', 'istio-ingress', 'istio-ingressgateway', {
    proxy: 'gateway',
    inbound: httpRates(52, 0, 30),
  });
  const unknown = sampleNode('unknown', null, 'unknown', {
    label: 'unknown',
    proxy: 'unknown',
    app: null,
  });
  const productpage = version('productpage', 'v1', 52.4, 0.004, { badges: ['timeout', 'retry'] });
  const reviews = sampleNode('service', ns, 'reviews', {
    inbound: httpRates(50.1, 0, 18),
    splits: splits.map((split) => split.id),
    badges: ['virtual-service', 'mirror'],
    hosts: ['reviews.bookinfo.svc.cluster.local'],
  });
  const reviewVersions = [
    version('reviews', 'v1', 44.1),
    version('reviews', 'v2', 5),
    version('reviews', 'v3', 1, 0.24, { readyPods: 1, desiredPods: 2 }),
  ];
  const details = version('details', 'v1', 52, 0, { badges: ['circuit-breaker'] });
  const ratings = version('ratings', 'v1', 6, 0, { badges: ['fault-injection'] });
  const mongo = version('mongodb', 'v1', 0, 0, {
    inbound: tcpRates(42_000),
    health: { status: 'healthy', rule: 'pods-ready', reason: 'sample' },
  });
  const legacy = sampleNode('workload', 'legacy', 'cron-report', {
    proxy: 'none',
    badges: ['missing-proxy'],
    inbound: NO_RATES,
    health: { status: 'unknown', rule: 'no-telemetry', reason: 'sample' },
  });
  const idle = version('recommender', 'v1', 0, 0, {
    health: { status: 'idle', rule: 'no-traffic', reason: 'sample' },
  });
  const books = sampleNode('service-entry', ns, 'www.googleapis.com', {
    proxy: 'unknown',
    readyPods: null,
    desiredPods: null,
    inbound: httpRates(4.2, 0, 80),
  });
  const passthrough = sampleNode('passthrough', null, 'PassthroughCluster', {
    proxy: 'unknown',
    app: null,
    inbound: httpRates(0.3, 0, 120),
  });
  const nodes = [
    gateway,
    unknown,
    productpage,
    reviews,
    ...reviewVersions,
    details,
    ratings,
    mongo,
    legacy,
    idle,
    books,
    passthrough,
  ];
  const shares = [0.88, 0.1, 0.02];
  const edges = [
    sampleEdge(unknown.id, gateway.id, httpRates(52, 0, 30), { mtls: mtlsOf('plaintext') }),
    sampleEdge(gateway.id, productpage.id, httpRates(52.4, 0.004, 28)),
    sampleEdge(productpage.id, reviews.id, httpRates(50.1, 0.005, 18)),
    sampleEdge(productpage.id, details.id, httpRates(52, 0, 4)),
    ...reviewVersions.map((node, index) => {
      const share = shares[index] ?? 0;
      return sampleEdge(reviews.id, node.id, httpRates(50.1 * share, index === 2 ? 0.24 : 0, 15), {
        share,
        destinationService: 'reviews.bookinfo.svc.cluster.local',
      });
    }),
    ...reviewVersions.slice(1).map((node) => sampleEdge(node.id, ratings.id, httpRates(3, 0, 6))),
    sampleEdge(ratings.id, mongo.id, tcpRates(42_000), { mtls: mtlsOf('partly') }),
    sampleEdge(legacy.id, ratings.id, httpRates(0.4, 0, 9), {
      mtls: mtlsOf('broken'),
      reporter: 'destination',
    }),
    sampleEdge(details.id, books.id, httpRates(4.2, 0, 80), { mtls: mtlsOf('unknown') }),
    sampleEdge(details.id, passthrough.id, httpRates(0.3, 0, 120), { mtls: mtlsOf('unknown') }),
    sampleEdge(productpage.id, idle.id, NO_RATES, {
      origin: 'config',
      reporter: null,
      mtls: mtlsOf('unknown'),
      health: { status: 'idle', rule: 'no-traffic', reason: 'sample' },
    }),
  ];
  return { graph: graphOf('versioned-app', nodes, edges), splits };
}
