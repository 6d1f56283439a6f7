import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from '@/tests/real/cluster/environment';
import { istioProduct, kubernetesProgram } from '@/tests/real/cluster/real-cluster';

const CHART = join(import.meta.dirname, '..', '..', '..', 'deploy', 'helm', 'fanari');

/** What a program printed and how it ended. */
export interface Finished {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** Values of the chart, in place of its own. */
export type ChartValues = Readonly<Record<string, unknown>>;

function run(program: string, args: readonly string[], input = ''): Promise<Finished> {
  return new Promise((resolve) => {
    const options = { maxBuffer: 16_000_000, timeout: 60_000 };
    const child = execFile(program, args, options, (error, output, errors) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, output, errors: errors || (error?.message ?? '') });
    });
    child.stdin?.end(input);
  });
}

function helmProgram(): string {
  return join(environment('REAL_HELM'), 'helm');
}

function valuesFile(values: ChartValues): string {
  const folder = mkdtempSync(join(process.env['REAL_FOLDER'] ?? '', 'values-'));
  const file = join(folder, 'values.json');
  writeFileSync(file, JSON.stringify(values));
  return file;
}

/** `helm lint` of the chart, warnings counted as errors. */
export function lintChart(values: ChartValues): Promise<Finished> {
  return run(helmProgram(), ['lint', '--strict', CHART, '--values', valuesFile(values)]);
}

/** `helm template` of the chart: its objects as YAML. */
export function renderChart(
  values: ChartValues,
  { release = 'fanari', namespace = 'istio-system' } = {},
): Promise<Finished> {
  const flags = ['--namespace', namespace, '--values', valuesFile(values)];
  return run(helmProgram(), ['template', release, CHART, ...flags]);
}

/** Templates of istiod's own chart as YAML. Throws when Helm refuses. */
export async function renderIstiodChart(
  values: ChartValues,
  templates: readonly string[],
): Promise<string> {
  const flags = ['--namespace', 'istio-system', '--values', valuesFile(values)];
  const shown = templates.map((name) => `--show-only=templates/${name}.yaml`);
  const chart = istioProduct('istiod-chart');
  const args = ['template', 'istiod', chart, ...flags, ...shown];
  const { code, output, errors } = await run(helmProgram(), args);
  if (code !== 0) throw new Error(`helm template: ${errors}`);
  return output;
}

/** kubectl, of the same release as the API server. */
export function kubectl(
  kubeconfig: string,
  args: readonly string[],
  input?: string,
): Promise<Finished> {
  return run(kubernetesProgram('kubectl'), [`--kubeconfig=${kubeconfig}`, ...args], input);
}
