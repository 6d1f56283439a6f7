import type { JSX } from 'react';
import classes from '@/components/panels/panel.module.css';
import { formatRate } from '@/components/ui/format-rate';
import { Tip } from '@/components/ui/tip';
import { formatRatio } from '@/components/ui/format-ratio';
import type { CodeRate } from '@/mesh/graph/graph';

/** Requests by response code, errors first; draws nothing without codes. */
export function CodesTable({
  codes,
  from,
}: {
  readonly codes: readonly CodeRate[];
  readonly from: string;
}): JSX.Element | null {
  if (codes.length === 0) return null;
  const total = codes.reduce((sum, { rps }) => sum + rps, 0);
  const sorted = [...codes].sort((a, b) => Number(b.isError) - Number(a.isError) || b.rps - a.rps);
  return (
    <table className={classes.table} style={{ marginTop: 12 }}>
      <thead>
        <tr>
          <th scope="col">
            <Tip label={from}>
              <button type="button" className={classes.hint}>
                Code
              </button>
            </Tip>
          </th>
          <th scope="col" className={classes.number}>
            Rate
          </th>
          <th scope="col" className={classes.number} style={{ width: '40%' }}>
            Share
          </th>
        </tr>
      </thead>
      <tbody>
        {sorted.map(({ code, rps, isError }) => (
          <tr key={code}>
            <td>
              {code === '-' || code === '0' ? 'no response' : code}
              {isError && <span style={{ color: 'var(--fanari-failing)' }}> error</span>}
            </td>
            <td className={classes.number}>{formatRate(rps)}</td>
            <td className={classes.number}>
              {total > 0 ? formatRatio(rps / total) : '—'}
              <span
                className={classes.share}
                data-error={isError || undefined}
                style={{ width: `${total > 0 ? (rps / total) * 100 : 0}%`, marginLeft: 'auto' }}
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
