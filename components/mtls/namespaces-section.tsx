import type { JSX } from 'react';
import classes from '@/components/mtls/mtls-page.module.css';
import { SectionHead } from '@/components/mtls/section-head';
import { ObjectLink } from '@/components/panels/object-link';
import { VERDICT, VERDICTS_WORST_FIRST } from '@/components/ui/verdict';
import { VerdictGlyph } from '@/components/ui/verdict-glyph';
import { withCluster } from '@/components/ui/with-cluster';
import type { NamespaceMtls } from '@/mesh/mtls/mtls';

/** Namespaces with their mode, what decides it, exceptions, proxies, and how what comes in is judged. */
export function NamespacesSection({
  namespaces,
}: {
  readonly namespaces: readonly NamespaceMtls[];
}): JSX.Element | null {
  if (namespaces.length === 0) return null;
  return (
    <section aria-label="Namespaces">
      <SectionHead
        title="Namespaces"
        text="The mode that servers in them run with, and the exceptions."
      />
      <div
        className={classes.scroll}
        tabIndex={0}
        role="region"
        aria-label="Namespaces, scrollable"
      >
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">Namespace</th>
              <th scope="col">Mode</th>
              <th scope="col">Decided by</th>
              <th scope="col">Exceptions</th>
              <th scope="col" className={classes.number}>
                With proxy
              </th>
              <th scope="col">Edges coming in</th>
            </tr>
          </thead>
          <tbody>
            {namespaces.map((namespace) => (
              <NamespaceRow
                key={withCluster(namespace.namespace, namespace.cluster)}
                row={namespace}
              />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function NamespaceRow({ row }: { readonly row: NamespaceMtls }): JSX.Element {
  const { mode } = row;
  const present = VERDICTS_WORST_FIRST.filter((verdict) => row.verdicts[verdict] > 0);
  return (
    <tr>
      <th scope="row">{withCluster(row.namespace, row.cluster)}</th>
      <td>{mode.mode}</td>
      <td>{mode.decidedBy === null ? mode.at : <ObjectLink object={mode.decidedBy} />}</td>
      <td>
        {row.exceptions.length === 0 && '—'}
        {row.exceptions.map((exception) => (
          <div key={`${exception.workload} ${exception.port ?? ''}`}>
            {exception.workload}
            {exception.port !== null && `:${exception.port}`} {exception.mode.mode}
            <span className={classes.note}>
              {exception.mode.decidedBy === null ? (
                exception.mode.at
              ) : (
                <ObjectLink object={exception.mode.decidedBy} />
              )}
            </span>
          </div>
        ))}
      </td>
      <td className={classes.number}>
        {row.workloadsWithProxy} of {row.workloads}
      </td>
      <td>
        {present.length === 0 && <span className={classes.note}>none</span>}
        <ul className={classes.legend}>
          {present.map((verdict) => (
            <li key={verdict}>
              <VerdictGlyph verdict={verdict} size={13} />
              {row.verdicts[verdict]} {VERDICT[verdict].word.toLowerCase()}
            </li>
          ))}
        </ul>
      </td>
    </tr>
  );
}
