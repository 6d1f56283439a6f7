import { fail, ok, type Result } from '@/mesh/result';
import type { NoteFault, NoteStore, Notes } from '@/server/ports';

/** Notes in memory that several replicas of a test share, as a ConfigMap keeps them. */
export class FakeNotes implements NoteStore {
  readonly entries = new Map<string, string>();
  reads = 0;
  isAway = false;
  private version = 1;
  /** Runs before the next change is made, as another replica would. */
  beforeChange: (() => void) | null = null;

  async read(): Promise<Result<Notes, NoteFault>> {
    this.reads += 1;
    return Promise.resolve(this.answer());
  }

  async change(
    changes: Readonly<Record<string, string | null>>,
    version: string | null,
  ): Promise<Result<Notes, NoteFault>> {
    const { beforeChange } = this;
    this.beforeChange = null;
    beforeChange?.();
    if (version !== null && version !== String(this.version)) {
      return Promise.resolve(fail({ kind: 'conflict', message: 'changed' }));
    }
    if (!this.isAway) this.set(changes);
    return Promise.resolve(this.answer());
  }

  /** Changes made by somebody else. */
  set(changes: Readonly<Record<string, string | null>>): void {
    this.version += 1;
    for (const [key, value] of Object.entries(changes)) {
      if (value === null) this.entries.delete(key);
      else this.entries.set(key, value);
    }
  }

  private answer(): Result<Notes, NoteFault> {
    if (this.isAway) return fail({ kind: 'failed', message: 'away' });
    return ok({ version: String(this.version), entries: new Map(this.entries) });
  }
}
