import { fail, ok, type Result } from '@/mesh/result';
import { FIELD_MANAGER } from '@/mesh/field-manager';
import { toApiFault } from '@/server/adapters/kubernetes/api-fault';
import type { ApiAnswer, KubernetesClient } from '@/server/adapters/kubernetes/client';
import { asRecord } from '@/server/adapters/parse-json';
import type { SourceError } from '@/server/errors';
import type { NoteFault, NoteStore, Notes } from '@/server/ports';

/** Each call has a deadline of its own. */
const NEVER = new AbortController().signal;

/** Notes in the data of one ConfigMap, which must be there: Fanari never creates it. */
export class ConfigMapNotes implements NoteStore {
  private readonly path: string;

  /** `client`: must be one that may write, also where Fanari does not change the mesh. */
  constructor(
    private readonly client: KubernetesClient,
    private readonly place: { readonly namespace: string; readonly name: string },
  ) {
    this.path = `/api/v1/namespaces/${place.namespace}/configmaps/${place.name}`;
  }

  async read(): Promise<Result<Notes, NoteFault>> {
    return this.toNotes(
      await this.client.call('read-notes', { method: 'GET', path: this.path }, NEVER),
    );
  }

  async change(
    changes: Readonly<Record<string, string | null>>,
    version: string | null,
  ): Promise<Result<Notes, NoteFault>> {
    const metadata = version === null ? {} : { metadata: { resourceVersion: version } };
    const answer = await this.client.call(
      'change-notes',
      {
        method: 'PATCH',
        path: this.path,
        contentType: 'application/merge-patch+json',
        parameters: { fieldManager: FIELD_MANAGER },
        body: { ...metadata, data: changes },
      },
      NEVER,
    );
    return this.toNotes(answer);
  }

  private toNotes(answer: Result<ApiAnswer, SourceError>): Result<Notes, NoteFault> {
    if (!answer.ok) return fail({ kind: 'failed', message: answer.error.message });
    const { status, body } = answer.value;
    if (status === 409) return fail({ kind: 'conflict', message: 'changed by another replica' });
    if (status >= 300) {
      const { namespace, name } = this.place;
      const { message } = toApiFault(answer.value, `ConfigMap ${namespace}/${name}`);
      return fail({ kind: 'failed', message });
    }
    const object = asRecord(body);
    const version = asRecord(object?.['metadata'])?.['resourceVersion'];
    if (typeof version !== 'string')
      return fail({ kind: 'failed', message: 'no object came back' });
    const data = Object.entries(asRecord(object?.['data']) ?? {});
    const texts = data.filter((pair): pair is [string, string] => typeof pair[1] === 'string');
    return ok({ version, entries: new Map(texts) });
  }
}
