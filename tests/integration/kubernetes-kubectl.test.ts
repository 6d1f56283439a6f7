import { execFile, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startControllers } from '@/demo/controllers/controllers';
import { AccessLogs } from '@/demo/kubernetes/access-log';
import type { AccessLogEntry } from '@/demo/kubernetes/access-log';
import type { Denial } from '@/demo/kubernetes/api-context';
import { startKubernetesApi } from '@/demo/kubernetes/api-server';
import type { KubernetesApi } from '@/demo/kubernetes/api-server';
import { ObjectStore } from '@/demo/kubernetes/object-store';

const run = promisify(execFile);

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const SHOP = `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop, labels: { app: web } }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web, version: v1 } }
    spec:
      containers:
        - name: web
          image: example/web:1
          ports: [{ name: http, containerPort: 8080 }]
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec:
  selector: { app: web }
  ports: [{ name: http, port: 80, targetPort: http }]
`;

function route(weights: readonly [number, number], version = 'v1'): string {
  return `
apiVersion: networking.istio.io/${version}
kind: VirtualService
metadata: { name: web, namespace: shop }
spec:
  hosts: [web]
  http:
    - route:
        - { destination: { host: web, subset: v1 }, weight: ${weights[0]} }
        - { destination: { host: web, subset: v2 }, weight: ${weights[1]} }
`;
}

const store = new ObjectStore();
let api: KubernetesApi;
let controllers: { close(): void };
let home = '';
let denies: readonly Denial[] = [];
/** The 20 of kubectl 1.20: what an old kubectl does otherwise, or not at all, is said where it matters. */
let kubectlMinor = 0;
let report: (entry: AccessLogEntry) => void = () => undefined;

function environment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return { ...process.env, HOME: home, KUBECONFIG: '/dev/null', ...extra };
}

/** Runs kubectl; a failure is an outcome, not an exception. `input` goes to its standard input. */
async function kubectl(
  parameters: string,
  input = '',
  extra: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const command = ['--server', api.url, ...parameters.split(' ')];
  const child = run('kubectl', command, { env: environment(extra), timeout: 40_000 });
  child.child.stdin?.end(input);
  try {
    return { code: 0, ...(await child) };
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as Partial<Outcome>;
    return { code: code ?? 1, stdout, stderr };
  }
}

async function succeed(parameters: string, input = ''): Promise<string> {
  const outcome = await kubectl(parameters, input);
  expect(outcome.stderr, `kubectl ${parameters}`).not.toMatch(/error/i);
  expect(outcome.code, `kubectl ${parameters}: ${outcome.stderr}`).toBe(0);
  return outcome.stdout;
}

async function installedMinor(): Promise<number> {
  try {
    const { stdout } = await run('kubectl', ['version', '--client', '-o', 'json']);
    const { clientVersion } = JSON.parse(stdout) as { clientVersion: { minor: string } };
    return Number.parseInt(clientVersion.minor, 10);
  } catch (cause) {
    throw new Error('kubectl is not installed: these tests need it in the PATH', { cause });
  }
}

beforeAll(async () => {
  kubectlMinor = await installedMinor();
  if (kubectlMinor < 20) throw new Error(`kubectl is 1.${kubectlMinor}; 1.20 or newer is needed`);
  home = await mkdtemp(join(tmpdir(), 'kubectl-home-'));
  store.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
  const logs = new AccessLogs((listener) => {
    report = listener;
    return () => undefined;
  });
  controllers = startControllers(store, { podReadyMs: 200, podTerminationMs: 100 });
  api = await startKubernetesApi({
    store,
    host: '127.0.0.1',
    port: 0,
    logs,
    denies: () => denies,
  });
  await succeed('apply -f -', SHOP);
  await succeed('apply -f -', route([90, 10]));
  await succeed('-n shop rollout status deployment/web --timeout=20s');
});

afterAll(async () => {
  controllers.close();
  await api.close();
  await rm(home, { recursive: true, force: true });
});

describe('kubectl against the embedded Kubernetes API', () => {
  it('reads the server version', async () => {
    expect(await succeed('version')).toMatch(/Server Version: .*v1\.32\.0/);
  });

  it('lists every kind of the mesh among the API resources', async () => {
    const table = await succeed('api-resources');
    expect(table).toMatch(/virtualservices +vs +networking\.istio\.io\/v1 +true +VirtualService/);
    expect(table).toMatch(/httproutes +gateway\.networking\.k8s\.io\/v1 +true +HTTPRoute/);
    expect(table).toMatch(/deployments +deploy +apps\/v1 +true +Deployment/);
  });

  it('prints the columns that people know', async () => {
    expect(await succeed('-n shop get deployments')).toMatch(
      /NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +2\/2 +2 +2 /,
    );
    expect(await succeed('-n shop get pods -o wide')).toMatch(
      /NAME +READY +STATUS +RESTARTS +AGE +IP +NODE/,
    );
    expect(await succeed('-n shop get services')).toMatch(
      /web +ClusterIP +10\.[\d.]+ +<none> +80\/TCP/,
    );
    expect(await succeed('-n shop get vs')).toMatch(/NAME +GATEWAYS +HOSTS +AGE\nweb +\["web"\]/);
  });

  it('creates what kubectl has commands for', async () => {
    await succeed('-n shop create secret generic hidden --from-literal=a=b');
    expect(await succeed('-n shop get secret hidden -o jsonpath={.data.a}')).toBe('Yg==');
    await succeed('-n shop create job once --image=example/once:1');
    expect(await succeed('-n shop get job once')).toMatch(/once +(Running +)?0\/1 /);
    await succeed('-n shop create serviceaccount robot');
    await succeed('-n shop delete secret/hidden job/once serviceaccount/robot');
  });

  it('gives a load balancer an external address and ports on the nodes', async () => {
    await succeed('-n shop create service loadbalancer front --tcp=80:8080');
    await expect
      .poll(() => succeed('-n shop get service front'), { timeout: 10_000 })
      .toMatch(/front +LoadBalancer +10\.[\d.]+ +172\.18\.255\.\d+ +80:3\d{4}\/TCP/);
    await succeed('-n shop delete service front');
  });

  it('selects by label and by field', async () => {
    const names = await succeed('-n shop get pods -l app=web,version!=v2,!tier -o name');
    expect(names).toContain('pod/web-');
    expect(await succeed('get ns --field-selector metadata.name=shop -o name')).toBe(
      'namespace/shop\n',
    );
    expect(await succeed('-n shop get pods -l app!=web -o name')).toBe('');
  });

  it('describes a deployment with its events', async () => {
    const text = await succeed('-n shop describe deployment web');
    expect(text).toMatch(/Replicas: +2 desired \| 2 updated \| 2 total \| 2 available/);
    expect(text).toContain('NewReplicaSet:');
  });

  it('describes a service with its endpoints', async () => {
    expect(await succeed('-n shop describe service web')).toMatch(
      /Endpoints: +10\.244\.\d+\.\d+:8080,/,
    );
  });

  it('explains fields of core and of mesh kinds', async () => {
    expect(await succeed('explain virtualservice.spec.http.route')).toContain('weight');
    const replicas = await succeed('explain deployment.spec.replicas');
    expect(replicas).toContain('Number of desired pods');
    expect(replicas).toMatch(/FIELD: +replicas <integer>/);
    const destination = await succeed('explain virtualservice.spec.http.route');
    expect(destination).toMatch(/weight\s+<integer>/);
    expect(await succeed('explain httproute.spec.rules.backendRefs')).toMatch(/port\s+<integer>/);
    expect(await succeed('explain httproute.spec.rules')).toContain('backendRefs');
  });

  it('applies again without a change', async () => {
    expect(await succeed('apply -f -', route([90, 10]))).toContain('unchanged');
  });

  it('applies a change on the client side', async () => {
    expect(await succeed('apply -f -', route([80, 20]))).toContain('configured');
    const weight = '{.spec.http[0].route[1].weight}';
    expect(await succeed(`-n shop get vs web -o jsonpath=${weight}`)).toBe('20');
  });

  it('shows what an apply would change', async () => {
    const outcome = await kubectl('diff -f -', route([55, 45]));
    expect(outcome.code).toBe(1);
    expect(outcome.stdout).toMatch(/-\s+weight: 80\n\+\s+weight: 55/);
  });

  it('serves an older version of the same object', async () => {
    expect(
      await succeed('-n shop get virtualservices.v1beta1.networking.istio.io web -o yaml'),
    ).toContain('apiVersion: networking.istio.io/v1beta1');
  });

  it('refuses a server-side apply that takes a field of another manager, and obeys --force-conflicts', async () => {
    const config = (image: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: api, namespace: shop }
spec:
  template:
    spec:
      containers: [{ name: api, image: ${image} }]
`;
    await succeed('-n shop create deployment api --image=api:1');
    // Without validation: before 1.25 kubectl itself asks for the fields that only a whole deployment has.
    const apply = 'apply --server-side --validate=false --field-manager other';
    const refused = await kubectl(`${apply} -f -`, config('api:9'));
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(
      'Apply failed with 1 conflict: conflict with "kubectl-create"',
    );
    expect(refused.stderr).toContain('.spec.template.spec.containers[name="api"].image');
    await succeed(`${apply} --force-conflicts -f -`, config('api:2'));
    const object = await succeed('get --raw /apis/apps/v1/namespaces/shop/deployments/api');
    const { metadata } = JSON.parse(object) as {
      metadata: { managedFields: readonly { manager: string }[] };
    };
    expect(metadata.managedFields.map(({ manager }) => manager)).toEqual([
      'other',
      'kubectl-create',
    ]);
  });

  it('goes on with server-side apply where client-side apply began', async () => {
    await succeed('apply --server-side -f -', route([80, 20]));
    const next = await kubectl('apply --server-side -f -', route([70, 30]));
    // Since 1.26 kubectl hands its own fields over by itself; before, the user has to say so.
    if (kubectlMinor >= 26) expect(next.stdout).toContain('serverside-applied');
    else {
      expect(next.stderr).toContain('conflict with "kubectl-client-side-apply"');
      await succeed('apply --server-side --force-conflicts -f -', route([70, 30]));
    }
  });

  it('answers a dry run without storing anything', async () => {
    expect(await succeed('apply --server-side --dry-run=server -f -', route([1, 99]))).toContain(
      'server dry run',
    );
    const weight = '{.spec.http[0].route[0].weight}';
    expect(await succeed(`-n shop get vs web -o jsonpath=${weight}`)).toBe('70');
  });

  it('edits with the editor of the user', async () => {
    const editor = join(home, 'editor.sh');
    await writeFile(
      editor,
      '#!/bin/sh\nsed -i "s/weight: 70/weight: 60/; s/weight: 30/weight: 40/" "$1"\n',
    );
    await chmod(editor, 0o755);
    const outcome = await kubectl('-n shop edit vs web', '', { KUBE_EDITOR: editor });
    expect(outcome.stdout).toContain('virtualservice.networking.istio.io/web edited');
    const weight = '{.spec.http[0].route[0].weight}';
    expect(await succeed(`-n shop get vs web -o jsonpath=${weight}`)).toBe('60');
  });

  it('names the field of a value that the schema refuses', async () => {
    const wrong = route([90, 10]).replace('weight: 90', 'weight: "many"');
    // Without validation, for an old kubectl would not even send it.
    const outcome = await kubectl(
      'apply --server-side --force-conflicts --validate=false -f -',
      wrong,
    );
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain('spec.http[0].route[0].weight: Invalid value: "string"');
  });

  it('denies what only the mesh itself can judge', async () => {
    const outcome = await kubectl('apply --server-side --force-conflicts -f -', route([0, 0]));
    expect(outcome.stderr).toContain('admission webhook "validation.istio.io" denied the request');
    expect(outcome.stderr).toContain('total destination weight = 0');
  });

  it('refuses a misspelt field', async () => {
    const outcome = await kubectl('apply -f -', route([90, 10]).replace('hosts:', 'hostz:'));
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(/unknown field "(spec\.)?hostz"/);
  });

  it('labels, annotates and patches', async () => {
    await succeed('-n shop label deployment web tier=front');
    await succeed('-n shop annotate deployment web note=kept');
    await succeed('-n shop patch deployment web -p {"spec":{"revisionHistoryLimit":3}}');
    await succeed('-n shop patch vs web --type merge -p {"metadata":{"labels":{"a":"b"}}}');
    const json = await succeed('-n shop get deployment web -o json');
    const object = JSON.parse(json) as { metadata: unknown; spec: unknown };
    expect(object).toMatchObject({
      metadata: { labels: { tier: 'front', app: 'web' }, annotations: { note: 'kept' } },
      spec: { revisionHistoryLimit: 3 },
    });
  });

  it('refuses a strategic merge patch of a custom resource', async () => {
    const outcome = await kubectl('-n shop patch vs web --type strategic -p {"metadata":{}}');
    expect(outcome.stderr).toMatch(/UnsupportedMediaType|strategic/);
  });

  it('scales and waits for the rollout', async () => {
    await succeed('-n shop scale deployment web --replicas=3');
    await succeed('-n shop rollout status deployment/web --timeout=20s');
    expect(await succeed('-n shop get deployment web')).toMatch(/web +3\/3 +3 +3/);
  });

  it('gives pods a proxy once their namespace is labelled and the deployment restarted', async () => {
    expect(await succeed('-n shop get pods')).toMatch(/ 1\/1 +Running/);
    await succeed('label namespace shop istio-injection=enabled');
    await succeed('-n shop rollout restart deployment/web');
    expect(await succeed('-n shop rollout status deployment/web --timeout=40s')).toContain(
      'successfully rolled out',
    );
    const ready = await succeed('-n shop get pods --field-selector status.phase=Running');
    expect(ready).toMatch(/ 2\/2 +Running/);
    const pod = await succeed('-n shop get pods -l security.istio.io/tlsMode=istio -o json');
    expect(pod).toContain('sidecar.istio.io/status');
    expect(pod).toContain('istio-init');
  });

  it('goes back to the revision before', async () => {
    const history = await succeed('-n shop rollout history deployment/web');
    expect(history.trim().split('\n').length).toBeGreaterThan(3);
    expect(await succeed('-n shop rollout undo deployment/web')).toContain('rolled back');
    await succeed('-n shop rollout status deployment/web --timeout=40s');
  });

  it('watches changes with get -w', async () => {
    const watch = spawn(
      'kubectl',
      ['--server', api.url, '-n', 'shop', 'get', 'configmaps', '-w', '-o', 'name'],
      { env: environment() },
    );
    const lines: string[] = [];
    watch.stdout.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
    try {
      await succeed('-n shop create configmap seen --from-literal=a=b');
      await expect.poll(() => lines.join(''), { timeout: 15_000 }).toContain('configmap/seen');
    } finally {
      watch.kill('SIGKILL');
    }
  });

  it('follows the access log of a proxy', async () => {
    const alive = store
      .list('', 'Pod')
      .filter((object) => object.metadata.deletionTimestamp === undefined)
      .filter((object) => object.metadata.labels?.['app'] === 'web');
    const pod = alive[0]?.metadata.name ?? 'none';
    const entry: AccessLogEntry = {
      namespace: 'shop',
      pod,
      atMs: Date.now(),
      method: 'GET',
      path: '/first',
      protocol: 'HTTP/1.1',
      code: 200,
      flags: '-',
      bytesReceived: 0,
      bytesSent: 42,
      durationMs: 3,
      requestId: 'r1',
      authority: 'web',
      upstreamAddress: '10.0.0.1:80',
      upstreamCluster: 'inbound|8080||',
    };
    report(entry);
    expect(await succeed(`-n shop logs ${pod} -c istio-proxy --tail=1`)).toContain(
      '"GET /first HTTP/1.1" 200',
    );
    const follow = spawn(
      'kubectl',
      ['--server', api.url, '-n', 'shop', 'logs', '-f', pod, '-c', 'istio-proxy'],
      { env: environment() },
    );
    let text = '';
    follow.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    try {
      await expect.poll(() => text, { timeout: 15_000 }).toContain('/first');
      report({ ...entry, path: '/second' });
      await expect.poll(() => text, { timeout: 15_000 }).toContain('/second');
    } finally {
      follow.kill('SIGKILL');
    }
  });

  it('tells what the user may do', async () => {
    expect(await succeed('auth can-i patch virtualservices -n shop')).toBe('yes\n');
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
    expect(await succeed(`create --raw ${path} -f -`, JSON.stringify(review))).toContain(
      '"username":"fanari-demo"',
    );
    // `kubectl auth whoami` came with 1.27 (1.26 as alpha).
    if (kubectlMinor >= 27) expect(await succeed('auth whoami')).toContain('fanari-demo');
    expect(await succeed('auth can-i --list -n shop')).toMatch(/\*\.\* +\[\] +\[\] +\[\*\]/);
    denies = [{ verb: 'patch', group: 'networking.istio.io' }];
    try {
      expect((await kubectl('auth can-i patch virtualservices -n shop')).stdout).toBe('no\n');
      const outcome = await kubectl('-n shop label vs web c=d');
      expect(outcome.stderr).toContain('Error from server (Forbidden)');
    } finally {
      denies = [];
    }
  });

  it('deletes a deployment with everything that it owns', async () => {
    await succeed('-n shop delete deployment web');
    await expect
      .poll(() => succeed('-n shop get pods,replicasets -l app=web -o name'), { timeout: 15_000 })
      .toBe('');
  });

  it('deletes in the foreground', async () => {
    await succeed('apply -f -', SHOP);
    await succeed('-n shop delete deployment web --cascade=foreground --timeout=20s');
    expect(await succeed('-n shop get replicasets -l app=web -o name')).toBe('');
  });

  it('deletes a namespace with its contents', async () => {
    await succeed('delete namespace shop --timeout=20s');
    expect((await kubectl('get namespace shop')).stderr).toContain('namespaces "shop" not found');
    expect(await succeed('get vs -A -o name')).toBe('');
  });
});
