import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useState, type JSX, type ReactNode } from 'react';
import { learnInsides, type KnownInsides } from '@/components/graph/layout/known-insides';
import { prepareLayoutEngine } from '@/components/graph/layout/layout-engine';
import { graphQuery } from '@/components/queries/graph-query';
import type { GraphScope } from '@/components/queries/scope';
import { splitsQuery } from '@/components/queries/splits-query';
import { statusQuery } from '@/components/queries/status-query';
import { useUrlState } from '@/components/shell/use-url-state';

/** Answers of the API as the server sent them with the page; `null`: it did not know in time. */
export interface FirstAnswerTexts {
  readonly graph: string | null;
  readonly splits: string | null;
  readonly status: string | null;
  /** Where nodes stand inside their namespaces, by structure. */
  readonly insides: KnownInsides;
}

/** Puts the answers that came with the page where the queries look, once, so that the first picture waits for none of them. */
export function FirstAnswers(props: {
  readonly texts: FirstAnswerTexts;
  readonly children: ReactNode;
}): JSX.Element {
  const client = useQueryClient();
  const { state } = useUrlState();
  useState(() => keep(client, state, props.texts));
  return <>{props.children}</>;
}

function keep(client: QueryClient, scope: GraphScope, texts: FirstAnswerTexts): null {
  learnInsides(texts.insides);
  if (Object.keys(texts.insides).length === 0) prepareLayoutEngine();
  putIfMissing(client, graphQuery(scope).queryKey, texts.graph);
  putIfMissing(client, splitsQuery(scope, false).queryKey, texts.splits);
  putIfMissing(client, statusQuery().queryKey, texts.status);
  return null;
}

/** What the browser has got meanwhile is newer. */
function putIfMissing(client: QueryClient, key: readonly unknown[], text: string | null): void {
  if (text === null || client.getQueryData(key) !== undefined) return;
  client.setQueryData(key, JSON.parse(text) as unknown);
}
