/** Where the log lines of containers come from. */
export interface LogProvider {
  /** Lines written so far, oldest first, each beginning with its own time stamp (RFC 3339) and a space. */
  lines(namespace: string, pod: string, container: string): readonly string[];
  /** Calls `listener` with every new line; returns the unsubscribe. */
  follow(
    namespace: string,
    pod: string,
    container: string,
    listener: (line: string) => void,
  ): () => void;
}
