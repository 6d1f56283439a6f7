import { QueryClient } from '@tanstack/react-query';
import { toApiProblem } from '@/components/queries/api-problem';

/** The one cache of server state of a browser tab. Failed reads are tried twice more, and only when that may help. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        refetchOnWindowFocus: false,
        retry: (failures, error) => failures < 2 && toApiProblem(error).isTransient,
        retryDelay: (attempt) => Math.min(1_000 * 2 ** attempt, 8_000),
      },
      mutations: { retry: false },
    },
  });
}
