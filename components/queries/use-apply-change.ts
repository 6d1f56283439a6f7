import { useMutation, useQueryClient } from '@tanstack/react-query';
import { apiUrl } from '@/components/queries/api-url';
import { postJson } from '@/components/queries/fetch-json';
import { SPLITS_KEY } from '@/components/queries/splits-query';
import type { SplitApplyResponse } from '@/contract/split-apply';
import type { WeightChange } from '@/mesh/splits/split';

const READ_BACK_MS = 800;

/**
 * Writes a weight change (an undo is one too). Fails with an `ApiProblem`, status 409 with `conflict` when the rule is no
 * longer what was seen. Never tried twice by itself. Afterwards every splits query is asked again,
 * twice.
 */
export function useApplyChange() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: WeightChange) =>
      postJson<SplitApplyResponse>(apiUrl('/splits/apply'), { change }, null),
    onSettled: () => {
      // The server learns of its own write through a watch, a moment later.
      setTimeout(() => void client.invalidateQueries({ queryKey: SPLITS_KEY }), READ_BACK_MS);
      return client.invalidateQueries({ queryKey: SPLITS_KEY });
    },
  });
}
