/** A text about something with the cluster that it is in, as ` · east`; nothing is added where one cluster is watched. */
export function withCluster(text: string, cluster: string | null | undefined): string {
  return cluster === undefined || cluster === null ? text : `${text} · ${cluster}`;
}
