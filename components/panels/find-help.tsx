import type { JSX } from 'react';
import classes from '@/components/panels/find-help.module.css';

const EXAMPLES: readonly (readonly [string, string])[] = [
  ['reviews', 'a part of a name'],
  ['namespace = bookinfo', 'everything in a namespace'],
  ['errors > 1', 'more than 1 % errors'],
  ['p95 > 200ms or rps < 1', 'slow, or hardly used'],
  ['mtls = plaintext', 'edges that are not encrypted'],
  ['not healthy and protocol = grpc', 'joined with and, or, not and ( )'],
];

/** What may stand in the fields that find and hide. */
export function FindHelp(): JSX.Element {
  return (
    <div className={classes.help}>
      <p>Find lifts what matches, Hide takes it away.</p>
      <dl>
        {EXAMPLES.map(([expression, words]) => (
          <div key={expression}>
            <dt>
              <code>{expression}</code>
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
      <p>
        Words: name, namespace, cluster, app, version, kind, health, mtls, protocol, badge (=, !=, ~
        for a part); rps, errors, p50, p95, p99, share, throughput, pods (=, !=, &lt;, &gt;, &lt;=,
        &gt;=); healthy, degraded, failing, idle, unknown, mirrored.
      </p>
    </div>
  );
}
