import type { Metadata } from 'next';
import { Suspense, type JSX } from 'react';
import { firstAnswers } from '@/app/first-answers';
import { GraphLoading } from '@/components/panels/graph-loading';
import { GraphPage } from '@/components/panels/graph-page';

export const metadata: Metadata = { title: 'Graph' };

type Search = Promise<Readonly<Record<string, string | string[] | undefined>>>;

export default function Page({ searchParams }: { readonly searchParams: Search }): JSX.Element {
  return (
    <Suspense fallback={<GraphLoading />}>
      <FirstGraph searchParams={searchParams} />
    </Suspense>
  );
}

async function FirstGraph(props: { readonly searchParams: Search }): Promise<JSX.Element> {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(await props.searchParams))
    for (const one of [value ?? []].flat()) search.append(name, one);
  return <GraphPage first={await firstAnswers(search)} />;
}
