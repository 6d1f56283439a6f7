import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { parseManifest, podOf, readDeployFile } from '@/tests/support/manifest';
import { freePorts } from '@/tests/real/cluster/program';
import { ObjectHistory, weightsAt } from '@/tests/support/object-history';
import { ReplicaSet } from '@/tests/support/replica-set';
import { startDemo, type DemoProcess } from '@/tests/support/start-demo';
import { until } from '@/tests/support/start-fanari';
import { readTwoWaySplits, routePath, WeightWriter } from '@/tests/support/weight-writer';

const SETUP_MS = 240_000;
const WRITE_EVERY_MS = 100;

let demo: DemoProcess;
let set: ReplicaSet;

beforeAll(async () => {
  demo = await startDemo(['--history', '1m']);
  set = await ReplicaSet.start(demo, 2);
}, SETUP_MS);

afterAll(async () => {
  await set.close();
  await demo.close();
});

beforeEach(() => set.restore(), SETUP_MS);

/** Audit lines of all replicas, of those too that have ended. */
const auditLines = (): readonly string[] => set.audit().map((line) => JSON.stringify(line));

/**
 * Writes through nginx every 100 ms while `restart` runs, and a while after it. Then everything must agree: what
 * browsers were answered, what the API server has stored, and what the replicas have logged.
 */
async function writeDuring(restart: () => Promise<void>): Promise<void> {
  const splits = await readTwoWaySplits(set.url);
  expect(splits.length).toBeGreaterThan(2);
  const writers = splits.map((split) => new WeightWriter(set.url, split));
  const loggedBefore = new Set(auditLines());
  const history = new ObjectHistory(demo.kubernetesUrl);
  await history.start();
  let turn = 0;
  const writing = setInterval(() => {
    writers[turn % writers.length]?.begin();
    turn += 1;
  }, WRITE_EVERY_MS);
  try {
    await sleep(2_000);
    await restart();
    await sleep(2_000);
  } finally {
    clearInterval(writing);
    await until('every write to be answered', () => writers.every((writer) => writer.isIdle()));
  }
  const asked = writers.flatMap((writer) => writer.written);
  const written = asked.filter(({ answer }) => answer !== null);
  const failures = asked
    .filter(({ answer }) => answer === null)
    .map(({ status, failure }) => `${status} ${failure}`);
  expect(failures).toEqual([]);
  expect(written.length).toBeGreaterThan(40);
  await until('the history', () => history.count() >= written.length);
  history.close();
  for (const split of splits) {
    const path = routePath(split.object);
    const stored = history.of(path).map((state) => ({
      resourceVersion: state.metadata.resourceVersion,
      generation: state.metadata.generation,
      weights: weightsAt(state, split.rulePointer),
    }));
    const answered = written
      .filter((one) => one.path === path)
      .map(({ answer, wanted }) => ({
        resourceVersion: answer?.resourceVersion,
        generation: answer?.generation,
        weights: wanted,
      }));
    // In order, each once, and nothing else.
    expect(stored).toEqual(answered);
  }
  const versionsOf = (values: readonly unknown[]) => values.map(String).sort();
  const accepted = () =>
    auditLines()
      .filter((line) => !loggedBefore.has(line))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ outcome }) => outcome === 'accepted');
  await until('the audit lines', () => accepted().length >= written.length);
  const logged = accepted();
  expect(versionsOf(logged.map(({ resourceVersion }) => resourceVersion))).toEqual(
    versionsOf(written.map(({ answer }) => answer?.resourceVersion)),
  );
}

test(
  'a rollout of the Deployment drops no write and makes none twice',
  async () => {
    const pod = podOf(parseManifest(readDeployFile('fanari.yaml')));
    const [command, seconds] = pod.spec.containers[0].lifecycle.preStop.exec.command;
    expect(command).toBe('sleep');
    const preStopMs = Number(seconds) * 1000;
    const graceMs = pod.spec.terminationGracePeriodSeconds * 1000;
    let routed = set.ports;
    await writeDuring(async () => {
      for (const old of set.ports) {
        // maxSurge 1, maxUnavailable 0: a new one is ready first.
        const [fresh = 0] = await freePorts(1);
        await set.startReplica(fresh);
        await set.route([...routed, fresh]);
        const endedMs = Date.now();
        routed = [...routed.filter((port) => port !== old), fresh];
        // Nodes learn of the end while preStop sleeps.
        await sleep(preStopMs / 2);
        await set.route(routed);
        await sleep(preStopMs / 2);
        expect(await set.end(old, 'SIGTERM')).toBe(0);
        expect(Date.now() - endedMs).toBeLessThan(graceMs);
      }
    });
  },
  SETUP_MS,
);
