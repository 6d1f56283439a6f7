/** What was caught, as fields of a log line. For faults of Fanari's own code: upstream bodies are not in those. */
export function describeCaught(caught: unknown): Readonly<Record<string, string>> {
  if (!(caught instanceof Error)) return { error: typeof caught };
  return { error: caught.message, stack: caught.stack ?? '' };
}
