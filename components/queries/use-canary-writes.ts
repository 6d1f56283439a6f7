import { useMutation, useQueryClient } from '@tanstack/react-query';
import { apiUrl } from '@/components/queries/api-url';
import { CANDIDATES_KEY } from '@/components/queries/canary-queries';
import { postJson } from '@/components/queries/fetch-json';
import { SPLITS_KEY } from '@/components/queries/splits-query';
import type { CanaryApplyBody, CanaryApplyResponse } from '@/contract/canary-apply';
import type { CanaryUndoResponse } from '@/contract/canary-undo';
import type { CanaryUndo } from '@/mesh/splits/canary';

/** After a start or its undo, splits and candidates are asked again. */
function useRefresh(): () => Promise<unknown> {
  const client = useQueryClient();
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: SPLITS_KEY }),
      client.invalidateQueries({ queryKey: CANDIDATES_KEY }),
    ]);
}

/** Starts a canary as it was previewed. Fails with an `ApiProblem`; never tried twice by itself. */
export function useStartCanary() {
  return useMutation({
    mutationFn: (body: CanaryApplyBody) =>
      postJson<CanaryApplyResponse>(apiUrl('/splits/start/apply'), body, null),
    onSettled: useRefresh(),
  });
}

/** Takes a started canary back. Fails with an `ApiProblem`, status 409 when an object has changed since. */
export function useUndoCanary() {
  return useMutation({
    mutationFn: (undo: CanaryUndo) =>
      postJson<CanaryUndoResponse>(apiUrl('/splits/start/undo'), { undo }, null),
    onSettled: useRefresh(),
  });
}
