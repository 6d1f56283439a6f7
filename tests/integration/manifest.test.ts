import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parser } from '@prometheus-io/lezer-promql';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseSettings } from '@/server/config';
import { createMetrics } from '@/server/telemetry/metrics';
import { MESH_WIDE } from '@/server/adapters/kubernetes/namespace-limit';
import { accessOf, accessPath, readAccess, writeAccess } from '@/tests/support/expected-access';
import {
  environmentOf,
  objectOf,
  parseManifest,
  podOf,
  readDeployFile,
  rulesOf,
  type ManifestObject,
} from '@/tests/support/manifest';
import { readDockerfile } from '@/tests/support/dockerfile';

const root = join(import.meta.dirname, '..', '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly version: string;
};
const objects = parseManifest(readDeployFile('fanari.yaml'));
const pod = podOf(objects);
const [container] = pod.spec.containers;

/** A class that knows the schema of its kind. */
type Model = new (object: object) => { validate(): void };

const CLUSTER_WIDE = ['ClusterRole', 'ClusterRoleBinding'];
/** Seconds that the server takes at most after SIGTERM: open answers, then writes under way (server/front/main.ts). */
const LONGEST_END_SECONDS = 3 + 25;

describe('deploy/fanari.yaml', () => {
  test.each(objects.map((object) => [object.kind, object.metadata.name, object] as const))(
    '%s %s fits the schema of Kubernetes, and lies in a namespace that is named',
    async (kind, _, object) => {
      const path = `kubernetes-models/${object.apiVersion}`;
      const models = (await import(path)) as Readonly<Record<string, Model>>;
      const Kind = models[kind];
      if (Kind === undefined) throw new Error(`${path} has no ${kind}`);
      new Kind(object).validate();
      const { namespace } = object.metadata;
      expect(namespace).toBe(CLUSTER_WIDE.includes(kind) ? undefined : 'istio-system');
    },
  );

  test('is of this version, as the chart is', () => {
    expect(container.image).toBe(`fanari:${version}`);
    const chart = parse(readDeployFile('helm/fanari/Chart.yaml')) as unknown;
    expect(chart).toMatchObject({ version, appVersion: version });
  });

  test('sets nothing that the server does not know, and may not write', () => {
    const settings = parseSettings([], environmentOf(pod));
    expect(settings).toMatchObject({
      ok: true,
      value: {
        host: '0.0.0.0',
        port: 20_010,
        readOnly: true,
        writesRefusedOnPublicAddress: false,
        istioNamespace: 'istio-system',
        prometheusUrl: 'http://prometheus.istio-system:9090',
        jaegerUrl: 'http://tracing.istio-system/jaeger',
      },
    });
    // Kubernetes would set FANARI_PORT and others for a Service of this name, which are no settings.
    expect(pod.spec.enableServiceLinks).toBe(false);
  });

  test('runs as the restricted Pod Security Standard asks, as the user of the image, on a file system it cannot write', () => {
    const { uid, gid } = readDockerfile();
    expect(pod.spec.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: uid,
      runAsGroup: gid,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      privileged: false,
      readOnlyRootFilesystem: true,
    });
    expect(container.volumeMounts).toEqual([{ name: 'tmp', mountPath: '/tmp' }]);
    expect(pod.spec.volumes).toMatchObject([{ name: 'tmp', emptyDir: {} }]);
  });

  test('leaves the server the time that it may take to end', () => {
    const [program, seconds] = container.lifecycle.preStop.exec.command;
    expect(program).toBe('sleep');
    expect(pod.spec.terminationGracePeriodSeconds).toBeGreaterThan(
      Number(seconds) + LONGEST_END_SECONDS,
    );
  });

  test('asks addresses that exist, at the port where the server listens', () => {
    for (const name of ['startupProbe', 'livenessProbe', 'readinessProbe'] as const) {
      const { path, port } = container[name].httpGet;
      expect(existsSync(join(root, 'app', path, 'route.ts')), path).toBe(true);
      expect(container.ports).toContainEqual({ name: port, containerPort: 20_010 });
    }
    const { ports } = objectOf(objects, 'Service').spec as { readonly ports: readonly unknown[] };
    expect(ports).toMatchObject([{ port: 20_010, targetPort: container.ports[0]?.name }]);
  });

  test('chooses its own pods, wherever pods are chosen', () => {
    const labels = (kind: string) => {
      const { selector, podSelector } = objectOf(objects, kind).spec as {
        readonly selector?: { readonly matchLabels?: object };
        readonly podSelector?: { readonly matchLabels?: object };
      };
      return selector?.matchLabels ?? podSelector?.matchLabels ?? selector ?? {};
    };
    for (const kind of ['Deployment', 'Service', 'PodDisruptionBudget', 'NetworkPolicy']) {
      expect(Object.keys(labels(kind)).length, kind).toBeGreaterThan(0);
      expect(pod.metadata.labels, kind).toMatchObject(labels(kind));
    }
  });
});

describe('the account', () => {
  const rolesOf = (name: string): readonly ManifestObject[] =>
    objects.filter(({ kind, metadata }) => kind.endsWith('Role') && metadata.name.endsWith(name));
  const ownReview = 'authorization.k8s.io/selfsubjectaccessreviews create';

  test('of a viewer may read what Fanari watches, and do nothing else', () => {
    const expected = [...readAccess(), ownReview].sort();
    const rules = [...rulesOf('viewer'), ...rulesOf('cluster')];
    expect(accessOf(rules)).toEqual(expected);
    expect(rolesOf('-viewer').map((role) => role.rules)).toEqual([rules]);
  });

  test('of one namespace may read there what lies in namespaces, and itself by its name', () => {
    expect(accessOf(rulesOf('viewer'))).toEqual(readAccess('namespaced'));
    expect(accessOf(rulesOf('ownNamespace'))).toEqual(['/namespaces get']);
  });

  test('may read in the Istio namespace what Fanari reads there for the whole mesh', () => {
    const meshWide = new Set(MESH_WIDE.map((key) => accessPath(key)));
    const expected = readAccess().filter((access) => meshWide.has(access.split(' ')[0] ?? ''));
    expect(meshWide.size).toBe(MESH_WIDE.length);
    expect(accessOf(rulesOf('meshWide'))).toEqual(expected);
  });

  test('of ConfigMaps may read the mesh configuration alone, where istiod is', () => {
    const [role, ...others] = rolesOf('-mesh-config');
    expect(others).toEqual([]);
    expect(role).toMatchObject({ kind: 'Role', metadata: { namespace: 'istio-system' } });
    expect(accessOf(role?.rules ?? [])).toEqual([
      '/configmaps list of istio',
      '/configmaps watch of istio',
    ]);
  });

  test('of an editor may beside make the writes that Fanari makes, and no others', () => {
    expect(accessOf(rulesOf('editor'))).toEqual(writeAccess());
    expect(rolesOf('-editor')).toEqual([]);
  });

  test('is bound to no other role', () => {
    const subject = { kind: 'ServiceAccount', name: 'fanari', namespace: 'istio-system' };
    const bindings = objects.filter(({ kind }) => kind.endsWith('RoleBinding'));
    expect(bindings).toHaveLength(2);
    for (const { kind, metadata, ...binding } of bindings) {
      const role = { kind: kind.replace('Binding', ''), name: metadata.name };
      expect(binding).toMatchObject({ roleRef: role, subjects: [subject] });
      expect(objects).toContainEqual(
        expect.objectContaining({
          kind: role.kind,
          metadata: expect.objectContaining(metadata) as unknown,
        }),
      );
    }
    expect(pod.spec.serviceAccountName).toBe('fanari');
  });
});

describe('the chart', () => {
  test('accepts its own values, and names what it does not know', () => {
    const schema = JSON.parse(readDeployFile('helm/fanari/values.schema.json')) as object;
    const isValid = new Ajv({ allErrors: true }).compile(schema);
    const values = parse(readDeployFile('helm/fanari/values.yaml')) as object;
    expect(isValid(values), JSON.stringify(isValid.errors)).toBe(true);
    for (const fault of [{ replica: 3 }, { access: 'admin' }, { refresh: '15' }, { basePath: 'x' }])
      expect(isValid({ ...values, ...fault }), JSON.stringify(fault)).toBe(false);
  });

  test('has a schema for each of its values, and a value for each of its schema', () => {
    const schema = JSON.parse(readDeployFile('helm/fanari/values.schema.json')) as {
      readonly properties: Readonly<Record<string, unknown>>;
    };
    const values = parse(readDeployFile('helm/fanari/values.yaml')) as object;
    // Helm itself hands `global` to every chart.
    const described = Object.keys(schema.properties).filter((name) => name !== 'global');
    expect(described.sort()).toEqual(Object.keys(values).sort());
  });
});

describe('the dashboard', () => {
  interface Panel {
    readonly title: string;
    readonly targets: readonly { readonly expr: string }[];
  }
  const { panels } = JSON.parse(readDeployFile('helm/fanari/dashboards/fanari.json')) as {
    readonly panels: readonly Panel[];
  };
  const queries = panels.flatMap(({ title, targets }) =>
    targets.map(({ expr }) => [title, expr.replaceAll('$__rate_interval', '1m')] as const),
  );
  const metricsIn = (query: string): readonly string[] => {
    const names: string[] = [];
    parser.parse(query).iterate({
      enter: ({ type, from, to }) => {
        expect(type.isError, query).toBe(false);
        if (type.name === 'Identifier' && /_/.test(query.slice(from, to)))
          names.push(query.slice(from, to));
      },
    });
    return names;
  };

  test('asks for metrics that Fanari has, and for each of its own', async () => {
    const { registry } = createMetrics();
    const known = (await registry.getMetricsAsJSON()).map(({ name }) => name);
    const asked = queries.flatMap(([, query]) => metricsIn(query));
    const plain = new Set(asked.map((name) => name.replace(/_bucket$/, '')));
    expect([...plain].filter((name) => !known.includes(name))).toEqual([]);
    const own = known.filter((name) => name.startsWith('fanari_'));
    expect(own.length).toBeGreaterThan(5);
    expect(own.filter((name) => !plain.has(name))).toEqual([]);
  });
});
