import type { Workload } from '@/mesh/topology/topology';

const GROUPS: Readonly<Record<string, string>> = {
  Pod: '',
  Job: 'batch',
  CronJob: 'batch',
  Rollout: 'argoproj.io',
};

/** `group/Kind` of a workload's controller. */
export function workloadKind({ kind }: Pick<Workload, 'kind'>): string {
  return `${GROUPS[kind] ?? 'apps'}/${kind}`;
}
