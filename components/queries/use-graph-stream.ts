import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { toApiProblem, type ApiProblem } from '@/components/queries/api-problem';
import { GraphConnection, type ConnectionState } from '@/components/queries/graph-connection';
import { graphQuery } from '@/components/queries/graph-query';
import type { GraphScope } from '@/components/queries/scope';
import type { Graph } from '@/mesh/graph/graph';

/** A graph that keeps itself fresh, with how it does so. */
export interface LiveGraph {
  /** `null` until the first answer; afterwards the last one, however old. */
  readonly graph: Graph | null;
  /** `true` while `graph` still is the one of the scope before. */
  readonly isOutdated: boolean;
  readonly mode: ConnectionState['mode'] | 'paused';
  /** Epoch milliseconds of this browser at the last answer; `null` before the first. */
  readonly receivedAtMs: number | null;
  /** Why the last attempt failed; `null` while all is well. */
  readonly problem: ApiProblem | null;
  /** Asks once, e.g. while paused. */
  readonly refresh: () => void;
}

const CONNECTING: ConnectionState = { mode: 'connecting', receivedAtMs: null, problem: null };

/** The graph of a scope, pushed by the server while not paused; one stream per use. */
export function useGraphStream(scope: GraphScope, isPaused: boolean): LiveGraph {
  const client = useQueryClient();
  const { view, window } = scope;
  const namespaces = scope.namespaces.join(',');
  const [connection, setConnection] = useState(CONNECTING);
  const [key, setKey] = useState('');
  const presentKey = `${view} ${window} ${namespaces}`;
  if (key !== presentKey) {
    setKey(presentKey);
    setConnection(CONNECTING);
  }
  useEffect(() => {
    if (isPaused) return;
    const wanted = { view, window, namespaces: namespaces === '' ? [] : namespaces.split(',') };
    const opened = new GraphConnection(client, wanted, setConnection);
    opened.open();
    return () => opened.close();
  }, [client, view, window, namespaces, isPaused]);
  const query = useQuery({
    ...graphQuery(scope),
    enabled: isPaused,
    placeholderData: keepPreviousData,
  });
  const problem = query.error ? toApiProblem(query.error) : null;
  return {
    graph: query.data ?? null,
    isOutdated: query.isPlaceholderData,
    mode: isPaused ? 'paused' : connection.mode,
    receivedAtMs: connection.receivedAtMs ?? (query.dataUpdatedAt > 0 ? query.dataUpdatedAt : null),
    problem: isPaused ? problem : connection.problem,
    refresh: () => void query.refetch(),
  };
}
