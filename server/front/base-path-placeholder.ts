/**
 * Base path that the server is built with. It stands in chunks and manifests, where the real one replaces it at start,
 * so that one build serves under any path. next.config.ts and this file must agree.
 */
export const BASE_PATH_PLACEHOLDER = '/__fanari_base_path__';

/** `text` for a base path (empty: the root). Slashes are escaped there where the placeholder's are. */
export function replaceBasePath(text: string, basePath: string): string {
  // `\\/` in regular expressions inside JSON, `\/` in those of scripts.
  return text
    .replaceAll(`\\\\${BASE_PATH_PLACEHOLDER}`, basePath.replaceAll('/', '\\\\/'))
    .replaceAll(`\\${BASE_PATH_PLACEHOLDER}`, basePath.replaceAll('/', '\\/'))
    .replaceAll(BASE_PATH_PLACEHOLDER, basePath);
}
