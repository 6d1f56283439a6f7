/** How much the log tells. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** One condition that every series must meet, as in a PromQL selector. */
export interface ScopeLabel {
  readonly label: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}
/** How people log in. */
export type AuthStrategy = 'anonymous' | 'token' | 'openid' | 'header';

/** With whose rights somebody acts who logged in at an OpenID provider: their ID token, or Fanari's leave to impersonate. */
export type OidcMode = 'bearer' | 'impersonate';

/** Everything that can be set, parsed. Units end the names; `null` means that it was not set and has no default. */
export interface Settings {
  readonly kubeconfig: string | null;
  readonly context: string | null;
  /** Empty: one cluster, by `context`. */
  readonly contexts: readonly string[];
  readonly remoteKubeconfigs: string | null;
  readonly istioNamespace: string;
  readonly namespaces: readonly string[];
  readonly prometheusUrl: string | null;
  readonly prometheusBearerTokenFile: string | null;
  readonly prometheusUser: string | null;
  readonly prometheusPasswordFile: string | null;
  readonly prometheusHeaders: Readonly<Record<string, string>>;
  readonly prometheusHeadersFile: string | null;
  readonly prometheusCaFile: string | null;
  readonly prometheusCertFile: string | null;
  readonly prometheusKeyFile: string | null;
  readonly prometheusInsecureSkipVerify: boolean;
  readonly prometheusTimeoutSeconds: number;
  readonly prometheusScope: readonly ScopeLabel[];
  readonly jaegerUrl: string | null;
  readonly jaegerBearerTokenFile: string | null;
  readonly jaegerUser: string | null;
  readonly jaegerPasswordFile: string | null;
  readonly jaegerHeaders: Readonly<Record<string, string>>;
  readonly jaegerHeadersFile: string | null;
  readonly jaegerCaFile: string | null;
  readonly jaegerCertFile: string | null;
  readonly jaegerKeyFile: string | null;
  readonly jaegerInsecureSkipVerify: boolean;
  readonly jaegerTimeoutSeconds: number;
  readonly jaegerPublicUrl: string | null;
  readonly host: string;
  readonly port: number;
  readonly allowedHosts: readonly string[];
  readonly basePath: string;
  readonly refreshSeconds: number;
  readonly propagationPauseSeconds: number;
  readonly readOnly: boolean;
  readonly allowAnonymousWrites: boolean;
  readonly authStrategy: AuthStrategy;
  readonly publicUrl: string | null;
  readonly trustedProxies: readonly string[];
  readonly sessionKeysFile: string | null;
  readonly sessionIdleSeconds: number;
  readonly sessionMaxSeconds: number;
  readonly endedSessions: string | null;
  readonly oidcIssuer: string | null;
  readonly oidcClientId: string | null;
  readonly oidcClientSecretFile: string | null;
  readonly oidcCaFile: string | null;
  readonly oidcScopes: readonly string[];
  readonly oidcMode: OidcMode;
  readonly oidcUsernameClaim: string;
  readonly oidcUsernamePrefix: string | null;
  readonly oidcGroupsClaim: string | null;
  readonly oidcGroupsPrefix: string | null;
  readonly authHeaderUser: string;
  readonly authHeaderGroups: string;
  readonly authHeaderSecret: string;
  readonly authHeaderSecretFile: string | null;
  readonly logLevel: LogLevel;
  readonly demo: boolean;
  /** `true` when writes were asked for on a public address without leave, so `readOnly` was set. */
  readonly writesRefusedOnPublicAddress: boolean;
}

/** One thing wrong with the settings. `setting` is the flag as written, or the environment variable. */
export interface SettingFault {
  readonly setting: string;
  readonly message: string;
}

/** Settings, or every fault in them. */
export type SettingsResult =
  | { readonly ok: true; readonly value: Settings }
  | { readonly ok: false; readonly error: readonly SettingFault[] };

type SettingKind =
  | 'text'
  | 'url'
  | 'link'
  | 'user'
  | 'namespaces'
  | 'headers'
  | 'scope'
  | 'seconds'
  | 'pause'
  | 'port'
  | 'list'
  | 'names'
  | 'words'
  | 'networks'
  | 'path'
  | 'header'
  | 'strategy'
  | 'mode'
  | 'switch'
  | 'level';

/** One row of the table of settings. */
export interface SettingRow {
  readonly key: Exclude<keyof Settings, 'writesRefusedOnPublicAddress'>;
  readonly flag: string;
  readonly variable: string;
  readonly kind: SettingKind;
  /** As one would write it; `null`: none. */
  readonly fallback: string | null;
  readonly meaning: string;
}

/** Every setting; docs/settings.md shows this table. */
export const settingRows: readonly SettingRow[] = [
  {
    key: 'kubeconfig',
    flag: '--kubeconfig',
    variable: 'FANARI_KUBECONFIG',
    kind: 'text',
    fallback: null,
    meaning:
      'Kubeconfig file. Without it: `KUBECONFIG`, `~/.kube/config`, then the in-cluster service account.',
  },
  {
    key: 'context',
    flag: '--context',
    variable: 'FANARI_CONTEXT',
    kind: 'text',
    fallback: null,
    meaning: 'Context of the kubeconfig; its current one without this.',
  },
  {
    key: 'contexts',
    flag: '--contexts',
    variable: 'FANARI_CONTEXTS',
    kind: 'names',
    fallback: '',
    meaning:
      'Comma list of contexts of the kubeconfig, to watch several clusters as one mesh; instead of `--context`.',
  },
  {
    key: 'remoteKubeconfigs',
    flag: '--remote-kubeconfigs',
    variable: 'FANARI_REMOTE_KUBECONFIGS',
    kind: 'text',
    fallback: null,
    meaning:
      'Folder with a kubeconfig for each further cluster, named as the cluster is in metrics (as the keys of Istio’s remote secrets are); read at start.',
  },
  {
    key: 'istioNamespace',
    flag: '--istio-namespace',
    variable: 'FANARI_ISTIO_NAMESPACE',
    kind: 'text',
    fallback: 'istio-system',
    meaning: 'Namespace of istiod, where ConfigMap `istio` is read.',
  },
  {
    key: 'namespaces',
    flag: '--namespaces',
    variable: 'FANARI_NAMESPACES',
    kind: 'namespaces',
    fallback: '',
    meaning:
      'Comma list of the namespaces to look into, at most 500; empty: all. For accounts that may read only these.',
  },
  {
    key: 'prometheusUrl',
    flag: '--prometheus-url',
    variable: 'FANARI_PROMETHEUS_URL',
    kind: 'url',
    fallback: null,
    meaning: 'Base URL of the Prometheus API. Without it there are no figures, only topology.',
  },
  {
    key: 'prometheusBearerTokenFile',
    flag: '--prometheus-bearer-token-file',
    variable: 'FANARI_PROMETHEUS_BEARER_TOKEN_FILE',
    kind: 'text',
    fallback: null,
    meaning: 'File with a bearer token for Prometheus; read again when it changes.',
  },
  {
    key: 'prometheusUser',
    flag: '--prometheus-user',
    variable: 'FANARI_PROMETHEUS_USER',
    kind: 'user',
    fallback: null,
    meaning: 'Name for basic authentication at Prometheus.',
  },
  {
    key: 'prometheusPasswordFile',
    flag: '--prometheus-password-file',
    variable: 'FANARI_PROMETHEUS_PASSWORD_FILE',
    kind: 'text',
    fallback: null,
    meaning: 'File with the password of that user; read again when it changes.',
  },
  {
    key: 'prometheusHeaders',
    flag: '--prometheus-headers',
    variable: 'FANARI_PROMETHEUS_HEADERS',
    kind: 'headers',
    fallback: '',
    meaning:
      'Comma list of headers for every call, e.g. `X-Scope-OrgID=team`. For what is not secret: flags show in process lists.',
  },
  {
    key: 'prometheusHeadersFile',
    flag: '--prometheus-headers-file',
    variable: 'FANARI_PROMETHEUS_HEADERS_FILE',
    kind: 'text',
    fallback: null,
    meaning:
      'File with a header (`Name: value`) a line, secret or not; read again when it changes.',
  },
  {
    key: 'prometheusCaFile',
    flag: '--prometheus-ca-file',
    variable: 'FANARI_PROMETHEUS_CA_FILE',
    kind: 'text',
    fallback: null,
    meaning:
      'PEM file of the authority that signed the certificate of Prometheus; read again when it changes.',
  },
  {
    key: 'prometheusCertFile',
    flag: '--prometheus-cert-file',
    variable: 'FANARI_PROMETHEUS_CERT_FILE',
    kind: 'text',
    fallback: null,
    meaning:
      'PEM file of the client certificate for Prometheus (mTLS); read again when it changes.',
  },
  {
    key: 'prometheusKeyFile',
    flag: '--prometheus-key-file',
    variable: 'FANARI_PROMETHEUS_KEY_FILE',
    kind: 'text',
    fallback: null,
    meaning: 'PEM file of the key of that certificate; read again when it changes.',
  },
  {
    key: 'prometheusInsecureSkipVerify',
    flag: '--prometheus-insecure-skip-verify',
    variable: 'FANARI_PROMETHEUS_INSECURE_SKIP_VERIFY',
    kind: 'switch',
    fallback: 'false',
    meaning: 'Do not check the certificate of Prometheus.',
  },
  {
    key: 'prometheusTimeoutSeconds',
    flag: '--prometheus-timeout',
    variable: 'FANARI_PROMETHEUS_TIMEOUT',
    kind: 'seconds',
    fallback: '15s',
    meaning: 'Longest wait for one query.',
  },
  {
    key: 'prometheusScope',
    flag: '--prometheus-scope',
    variable: 'FANARI_PROMETHEUS_SCOPE',
    kind: 'scope',
    fallback: '',
    meaning:
      'Labels that every series must have, as in a PromQL selector, e.g. `cluster="prod"`: for a store of several clusters.',
  },
  {
    key: 'jaegerUrl',
    flag: '--jaeger-url',
    variable: 'FANARI_JAEGER_URL',
    kind: 'url',
    fallback: null,
    meaning:
      'Base URL of the query service of Jaeger (1 or 2), or of Grafana Tempo; which one is found out by asking. Without it there are no traces.',
  },
  {
    key: 'jaegerBearerTokenFile',
    flag: '--jaeger-bearer-token-file',
    variable: 'FANARI_JAEGER_BEARER_TOKEN_FILE',
    kind: 'text',
    fallback: null,
    meaning: 'File with a bearer token for Jaeger; read again when it changes.',
  },
  {
    key: 'jaegerUser',
    flag: '--jaeger-user',
    variable: 'FANARI_JAEGER_USER',
    kind: 'user',
    fallback: null,
    meaning: 'Name for basic authentication at Jaeger.',
  },
  {
    key: 'jaegerPasswordFile',
    flag: '--jaeger-password-file',
    variable: 'FANARI_JAEGER_PASSWORD_FILE',
    kind: 'text',
    fallback: null,
    meaning: 'File with the password of that user; read again when it changes.',
  },
  {
    key: 'jaegerHeaders',
    flag: '--jaeger-headers',
    variable: 'FANARI_JAEGER_HEADERS',
    kind: 'headers',
    fallback: '',
    meaning:
      'Comma list of headers for every call, e.g. `X-Scope-OrgID=team`. For what is not secret: flags show in process lists.',
  },
  {
    key: 'jaegerHeadersFile',
    flag: '--jaeger-headers-file',
    variable: 'FANARI_JAEGER_HEADERS_FILE',
    kind: 'text',
    fallback: null,
    meaning:
      'File with a header (`Name: value`) a line, secret or not; read again when it changes.',
  },
  {
    key: 'jaegerCaFile',
    flag: '--jaeger-ca-file',
    variable: 'FANARI_JAEGER_CA_FILE',
    kind: 'text',
    fallback: null,
    meaning:
      'PEM file of the authority that signed the certificate of Jaeger; read again when it changes.',
  },
  {
    key: 'jaegerCertFile',
    flag: '--jaeger-cert-file',
    variable: 'FANARI_JAEGER_CERT_FILE',
    kind: 'text',
    fallback: null,
    meaning: 'PEM file of the client certificate for Jaeger (mTLS); read again when it changes.',
  },
  {
    key: 'jaegerKeyFile',
    flag: '--jaeger-key-file',
    variable: 'FANARI_JAEGER_KEY_FILE',
    kind: 'text',
    fallback: null,
    meaning: 'PEM file of the key of that certificate; read again when it changes.',
  },
  {
    key: 'jaegerInsecureSkipVerify',
    flag: '--jaeger-insecure-skip-verify',
    variable: 'FANARI_JAEGER_INSECURE_SKIP_VERIFY',
    kind: 'switch',
    fallback: 'false',
    meaning: 'Do not check the certificate of Jaeger.',
  },
  {
    key: 'jaegerTimeoutSeconds',
    flag: '--jaeger-timeout',
    variable: 'FANARI_JAEGER_TIMEOUT',
    kind: 'seconds',
    fallback: '10s',
    meaning: 'Longest wait for one call.',
  },
  {
    key: 'jaegerPublicUrl',
    flag: '--jaeger-public-url',
    variable: 'FANARI_JAEGER_PUBLIC_URL',
    kind: 'link',
    fallback: null,
    meaning:
      'Where browsers reach the pages of Jaeger, for a link from each trace. Without it there is no link.',
  },
  {
    key: 'host',
    flag: '--host',
    variable: 'FANARI_HOST',
    kind: 'text',
    fallback: '127.0.0.1',
    meaning: 'Address to listen on.',
  },
  {
    key: 'port',
    flag: '--port',
    variable: 'FANARI_PORT',
    kind: 'port',
    fallback: '20010',
    meaning: 'Port to listen on.',
  },
  {
    key: 'allowedHosts',
    flag: '--allowed-hosts',
    variable: 'FANARI_ALLOWED_HOSTS',
    kind: 'list',
    fallback: '',
    meaning:
      'Comma list of host names by which browsers may call Fanari, beside loopback names; `*` allows all. On a public address an empty list allows all.',
  },
  {
    key: 'basePath',
    flag: '--base-path',
    variable: 'FANARI_BASE_PATH',
    kind: 'path',
    fallback: '',
    meaning:
      'Path prefix that browsers use behind a reverse proxy, e.g. `/fanari`, whether or not the proxy strips it.',
  },
  {
    key: 'refreshSeconds',
    flag: '--refresh',
    variable: 'FANARI_REFRESH',
    kind: 'seconds',
    fallback: '15s',
    meaning:
      'How often Prometheus is asked while somebody looks (demo: `5s`); long windows less often.',
  },
  {
    key: 'propagationPauseSeconds',
    flag: '--propagation-pause',
    variable: 'FANARI_PROPAGATION_PAUSE',
    kind: 'pause',
    fallback: '2s',
    meaning:
      'Pause between subsets (or Services) and the route that names them, when a canary is started or taken back, for the proxies to follow (demo: `500ms`).',
  },
  {
    key: 'readOnly',
    flag: '--read-only',
    variable: 'FANARI_READ_ONLY',
    kind: 'switch',
    fallback: 'false',
    meaning: 'Refuse every write.',
  },
  {
    key: 'allowAnonymousWrites',
    flag: '--allow-anonymous-writes',
    variable: 'FANARI_ALLOW_ANONYMOUS_WRITES',
    kind: 'switch',
    fallback: 'false',
    meaning:
      'Without login, accept writes although Fanari listens beyond loopback, where anybody who reaches it can write.',
  },
  {
    key: 'authStrategy',
    flag: '--auth-strategy',
    variable: 'FANARI_AUTH_STRATEGY',
    kind: 'strategy',
    fallback: 'anonymous',
    meaning:
      'How people log in: `anonymous` (not at all), `token`, `openid` or `header`; see docs/identity.md.',
  },
  {
    key: 'publicUrl',
    flag: '--public-url',
    variable: 'FANARI_PUBLIC_URL',
    kind: 'link',
    fallback: null,
    meaning:
      'Where browsers reach Fanari, e.g. `https://mesh.example.org`, without the base path; without it, the `Host` header tells. Names the addresses to which an OpenID provider sends browsers back.',
  },
  {
    key: 'trustedProxies',
    flag: '--trusted-proxies',
    variable: 'FANARI_TRUSTED_PROXIES',
    kind: 'networks',
    fallback: '',
    meaning:
      'Comma list of addresses and CIDR blocks of proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed; with `--auth-strategy header`, those that say who asks.',
  },
  {
    key: 'sessionKeysFile',
    flag: '--session-keys-file',
    variable: 'FANARI_SESSION_KEYS_FILE',
    kind: 'text',
    fallback: null,
    meaning:
      'File of keys that seal session cookies, one a line of at least 32 characters: the first seals, all open. Read again when it changes. Without it a random key is used that ends with the process.',
  },
  {
    key: 'sessionIdleSeconds',
    flag: '--session-idle',
    variable: 'FANARI_SESSION_IDLE',
    kind: 'seconds',
    fallback: '30m',
    meaning: 'How long a session lasts after its page was last looked at.',
  },
  {
    key: 'sessionMaxSeconds',
    flag: '--session-max',
    variable: 'FANARI_SESSION_MAX',
    kind: 'seconds',
    fallback: '12h',
    meaning: 'How long a session lasts at most.',
  },
  {
    key: 'endedSessions',
    flag: '--ended-sessions',
    variable: 'FANARI_ENDED_SESSIONS',
    kind: 'text',
    fallback: null,
    meaning:
      'ConfigMap in the namespace of Fanari’s account, `name` or `namespace/name`, in which replicas tell each other which sessions have logged out. Without it, only the process knows that was asked.',
  },
  {
    key: 'oidcIssuer',
    flag: '--oidc-issuer',
    variable: 'FANARI_OIDC_ISSUER',
    kind: 'url',
    fallback: null,
    meaning: 'Issuer of the OpenID provider, as its tokens name it; https, or http on loopback.',
  },
  {
    key: 'oidcClientId',
    flag: '--oidc-client-id',
    variable: 'FANARI_OIDC_CLIENT_ID',
    kind: 'text',
    fallback: null,
    meaning: 'Fanari’s client id at the provider.',
  },
  {
    key: 'oidcClientSecretFile',
    flag: '--oidc-client-secret-file',
    variable: 'FANARI_OIDC_CLIENT_SECRET_FILE',
    kind: 'text',
    fallback: null,
    meaning:
      'File with the client’s secret; read again when it changes. Without it Fanari is a public client, which PKCE protects.',
  },
  {
    key: 'oidcCaFile',
    flag: '--oidc-ca-file',
    variable: 'FANARI_OIDC_CA_FILE',
    kind: 'text',
    fallback: null,
    meaning: 'PEM file of the authority that signed the certificate of the provider.',
  },
  {
    key: 'oidcScopes',
    flag: '--oidc-scopes',
    variable: 'FANARI_OIDC_SCOPES',
    kind: 'words',
    fallback: 'openid,profile,email',
    meaning:
      'Comma list of scopes to ask for; `openid` is always asked for. Many providers need `offline_access` for refresh tokens, some `groups`.',
  },
  {
    key: 'oidcMode',
    flag: '--oidc-mode',
    variable: 'FANARI_OIDC_MODE',
    kind: 'mode',
    fallback: 'bearer',
    meaning:
      '`bearer`: the API server trusts the issuer and gets the ID token; `impersonate`: Fanari’s account impersonates the user and their groups.',
  },
  {
    key: 'oidcUsernameClaim',
    flag: '--oidc-username-claim',
    variable: 'FANARI_OIDC_USERNAME_CLAIM',
    kind: 'text',
    fallback: 'sub',
    meaning:
      'Claim that names the user, for `impersonate`; as `--oidc-username-claim` of the API server.',
  },
  {
    key: 'oidcUsernamePrefix',
    flag: '--oidc-username-prefix',
    variable: 'FANARI_OIDC_USERNAME_PREFIX',
    kind: 'text',
    fallback: null,
    meaning:
      'What is put before that name; `-` for nothing. Without it `issuer#`, and nothing before an `email`, as the API server does.',
  },
  {
    key: 'oidcGroupsClaim',
    flag: '--oidc-groups-claim',
    variable: 'FANARI_OIDC_GROUPS_CLAIM',
    kind: 'text',
    fallback: 'groups',
    meaning: 'Claim with the groups, a text or a list, for `impersonate`.',
  },
  {
    key: 'oidcGroupsPrefix',
    flag: '--oidc-groups-prefix',
    variable: 'FANARI_OIDC_GROUPS_PREFIX',
    kind: 'text',
    fallback: null,
    meaning: 'What is put before each group.',
  },
  {
    key: 'authHeaderUser',
    flag: '--auth-header-user',
    variable: 'FANARI_AUTH_HEADER_USER',
    kind: 'header',
    fallback: 'X-Forwarded-User',
    meaning: 'Header in which a trusted proxy names the user.',
  },
  {
    key: 'authHeaderGroups',
    flag: '--auth-header-groups',
    variable: 'FANARI_AUTH_HEADER_GROUPS',
    kind: 'header',
    fallback: 'X-Forwarded-Groups',
    meaning: 'Header in which it lists the groups, by comma or one header each.',
  },
  {
    key: 'authHeaderSecret',
    flag: '--auth-header-secret',
    variable: 'FANARI_AUTH_HEADER_SECRET',
    kind: 'header',
    fallback: 'X-Fanari-Proxy-Secret',
    meaning: 'Header in which it proves itself.',
  },
  {
    key: 'authHeaderSecretFile',
    flag: '--auth-header-secret-file',
    variable: 'FANARI_AUTH_HEADER_SECRET_FILE',
    kind: 'text',
    fallback: null,
    meaning: 'File with what that header must hold; read again when it changes.',
  },
  {
    key: 'logLevel',
    flag: '--log-level',
    variable: 'FANARI_LOG_LEVEL',
    kind: 'level',
    fallback: 'info',
    meaning: '`debug`, `info`, `warn` or `error`.',
  },
  {
    key: 'demo',
    flag: '--demo',
    variable: 'FANARI_DEMO',
    kind: 'switch',
    fallback: 'false',
    meaning: 'Marks the embedded mesh in the browser; `npm run demo` sets it.',
  },
];

const OWN_PATHS = [
  'api',
  '_next',
  'metrics',
  'healthz',
  'readyz',
  'mtls',
  'doctor',
  'login',
  'icon.svg',
  'favicon.ico',
];

type Parsed =
  | string
  | number
  | boolean
  | readonly string[]
  | readonly ScopeLabel[]
  | Readonly<Record<string, string>>
  | null;

function parseTime(text: string, min: number, max: number): number | null {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
  if (match === null) return null;
  const size = { ms: 0.001, s: 1, m: 60, h: 3600 }[match[2] ?? ''] ?? 0;
  const seconds = Number(match[1]) * size;
  return seconds >= min && seconds <= max ? seconds : null;
}

function parseUrl(text: string): string | null {
  return URL.canParse(text) && /^https?:\/\//i.test(text) ? text : null;
}

/** What browsers are sent to must not carry a password to them. */
function parseLink(text: string): string | null {
  const url = parseUrl(text);
  if (url === null) return null;
  const { username, password, search, hash } = new URL(url);
  return username + password + search + hash === '' ? url.replace(/\/+$/, '') : null;
}

function parsePort(text: string): number | null {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port > 0 && port < 65_536 ? port : null;
}

function parsePath(text: string): string | null {
  const path = text.replace(/\/+$/, '');
  if (!/^(\/[A-Za-z0-9._~-]+)*$/.test(path)) return null;
  // Fanari's own paths could not be told from the prefix where a proxy strips it.
  return OWN_PATHS.includes(path.split('/')[1] ?? '') || /\/\.+(\/|$)/.test(path) ? null : path;
}

/** Names in which capitals count, each once. */
function parseNames(text: string): readonly string[] | null {
  const names = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  return new Set(names).size === names.length ? names : null;
}

function parseList(text: string): readonly string[] {
  return text
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== '');
}

/** Headers that hold secrets, and those of the connection or the body, which Fanari sets itself. */
const NOT_IN_FLAGS =
  /^(authorization|proxy-authorization|cookie|host|connection|keep-alive|te|trailer|transfer-encoding|upgrade|content-.*|accept-encoding|expect)$/i;

function parseHeaders(text: string): Readonly<Record<string, string>> | null {
  const headers: Record<string, string> = {};
  for (const entry of text.split(',').filter((part) => part.trim() !== '')) {
    const [, name, value] =
      /^\s*([A-Za-z0-9!#$%&'*+.^_`|~-]+)\s*=\s*([\x20-\x7e]*)$/.exec(entry) ?? [];
    if (name === undefined || value === undefined || NOT_IN_FLAGS.test(name)) return null;
    headers[name] = value.trim();
  }
  return headers;
}

const SCOPE_LABEL =
  /\s*([A-Za-z_][A-Za-z0-9_]*)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|[^\s",{}\\]+)\s*(?:,|$)/y;

function parseScope(text: string): readonly ScopeLabel[] | null {
  const inner = text.trim().replace(/^\{([^]*)\}$/, '$1');
  const labels: ScopeLabel[] = [];
  SCOPE_LABEL.lastIndex = 0;
  while (SCOPE_LABEL.lastIndex < inner.trimEnd().length) {
    const [, label, operator, written] = SCOPE_LABEL.exec(inner) ?? [];
    const value = written?.startsWith('"') === true ? unquoted(written) : written;
    if (label === undefined || label === '__name__' || typeof value !== 'string') return null;
    labels.push({ label, operator: operator as ScopeLabel['operator'], value });
  }
  return labels;
}

function unquoted(text: string): string | null {
  try {
    return String(JSON.parse(text));
  } catch {
    return null;
  }
}

/** As {@link parseList}, with upper case kept. */
function parseWords(text: string): readonly string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** Addresses and CIDR blocks. The exact form is checked by hand, because this file imports nothing. */
function parseNetworks(text: string): readonly string[] | null {
  const blocks = parseWords(text);
  return blocks.every(isNetwork) ? blocks : null;
}

function isNetwork(block: string): boolean {
  const [address = '', prefix, ...rest] = block.split('/');
  const isFour = /^\d{1,3}(\.\d{1,3}){3}$/.test(address);
  const isAddress = isFour
    ? address.split('.').every((part) => Number(part) < 256)
    : address.includes(':') && URL.canParse(`http://[${address}]`);
  const isPrefix = prefix === undefined || /^\d{1,3}$/.test(prefix);
  return isAddress && isPrefix && rest.length === 0 && Number(prefix ?? 0) <= (isFour ? 32 : 128);
}

function oneOf(values: readonly string[]): (text: string) => string | null {
  return (text) => (values.includes(text) ? text : null);
}

const MOST_NAMESPACES = 500;

function parseNamespaces(text: string): readonly string[] | null {
  const names = [...new Set(text.split(',').map((name) => name.trim()))].filter(
    (name) => name !== '',
  );
  const isName = (name: string) => /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name);
  return names.length <= MOST_NAMESPACES && names.every(isName) ? names : null;
}

const parsers: Readonly<
  Record<SettingKind, { readonly read: (text: string) => Parsed; readonly expects: string }>
> = {
  text: { read: (text) => (text === '' ? null : text), expects: 'a value' },
  url: { read: parseUrl, expects: 'an http or https URL' },
  user: {
    read: (text) => (/^[^:\0-\x1f]+$/.test(text) ? text : null),
    expects: 'a name without a colon',
  },
  namespaces: {
    read: parseNamespaces,
    expects: 'a comma list of at most 500 names of namespaces',
  },
  headers: {
    read: parseHeaders,
    expects: 'a list like Name=value,Other=value, without credentials, which belong into a file',
  },
  scope: { read: parseScope, expects: 'label matchers like cluster="prod",env=~"live|canary"' },
  link: { read: parseLink, expects: 'an http or https URL without credentials and query' },
  seconds: {
    read: (text) => parseTime(text, 0.1, 86_400),
    expects: 'a time like 5s, 500ms or 1m, from 100ms to 24h',
  },
  pause: {
    read: (text) => parseTime(text, 0, 20),
    expects: 'a time like 2s or 500ms, from 0s to 20s',
  },
  port: { read: parsePort, expects: 'a port from 1 to 65535' },
  list: { read: parseList, expects: 'a comma list' },
  names: { read: parseNames, expects: 'a comma list of different names' },
  words: { read: parseWords, expects: 'a comma list' },
  networks: {
    read: parseNetworks,
    expects: 'a comma list of addresses and blocks like 10.0.0.0/8',
  },
  path: { read: parsePath, expects: 'a path like /fanari' },
  header: {
    read: (text) => (/^[A-Za-z0-9-]{1,100}$/.test(text) ? text.toLowerCase() : null),
    expects: 'the name of a header',
  },
  strategy: {
    read: oneOf(['anonymous', 'token', 'openid', 'header']),
    expects: 'anonymous, token, openid or header',
  },
  mode: { read: oneOf(['bearer', 'impersonate']), expects: 'bearer or impersonate' },
  switch: {
    read: (text) => ({ true: true, '1': true, false: false, '0': false })[text] ?? null,
    expects: 'true or false',
  },
  level: {
    read: oneOf(['debug', 'info', 'warn', 'error']),
    expects: 'debug, info, warn or error',
  },
};

interface Written {
  readonly setting: string;
  readonly text: string;
}

function readFlags(argv: readonly string[], faults: SettingFault[]): ReadonlyMap<string, Written> {
  const written = new Map<string, Written>();
  for (let index = 0; index < argv.length; index += 1) {
    const argument = argv[index] ?? '';
    const [name = '', ...rest] = argument.split('=');
    const row = settingRows.find(({ flag }) => flag === name);
    if (row === undefined) {
      faults.push({ setting: argument, message: 'is not a setting' });
      continue;
    }
    const following = argv[index + 1];
    const takesNext =
      rest.length === 0 &&
      following !== undefined &&
      (row.kind === 'switch' ? /^(true|false)$/.test(following) : !following.startsWith('--'));
    if (takesNext) index += 1;
    const text =
      rest.length > 0
        ? rest.join('=')
        : takesNext
          ? following
          : row.kind === 'switch'
            ? 'true'
            : null;
    if (text === null) faults.push({ setting: row.flag, message: 'needs a value' });
    else if (written.has(row.key)) faults.push({ setting: row.flag, message: 'is given twice' });
    else written.set(row.key, { setting: row.flag, text });
  }
  return written;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function unknownVariables(env: Readonly<Record<string, string | undefined>>): SettingFault[] {
  const known = new Set(settingRows.map(({ variable }) => variable));
  // Where Next builds to; read by next.config.ts only.
  known.add('FANARI_DIST_DIR');
  return Object.keys(env)
    .filter((name) => name.startsWith('FANARI_') && !known.has(name))
    .map((name) => ({ setting: name, message: 'is not a setting' }));
}

/**
 * Reads flags and environment; a flag wins over its variable, an empty variable counts as absent. Every fault is named
 * by the flag or variable that has it. Without login, writes on an address beyond loopback need `allowAnonymousWrites`;
 * without that the result is read-only.
 */
export function parseSettings(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): SettingsResult {
  const faults: SettingFault[] = unknownVariables(env);
  const flags = readFlags(argv, faults);
  const values: Record<string, Parsed> = {};
  for (const row of settingRows) {
    const variable = env[row.variable];
    const fromEnvironment =
      variable === undefined || variable === '' ? null : { setting: row.variable, text: variable };
    const written = flags.get(row.key) ?? fromEnvironment;
    const fallback = (isDemo(flags, env) ? DEMO_FALLBACKS[row.key] : undefined) ?? row.fallback;
    const text = written?.text ?? fallback;
    const { read, expects } = parsers[row.kind];
    const value = text === null ? null : read(text);
    if (value === null && text !== null) {
      faults.push({ setting: written?.setting ?? row.flag, message: `must be ${expects}` });
    }
    values[row.key] = value;
  }
  if (faults.length === 0) faults.push(...incomplete(values as unknown as Settings));
  if (faults.length > 0) return { ok: false, error: faults };
  const settings = values as unknown as Settings;
  const missing = loginFaults(settings);
  if (missing.length > 0) return { ok: false, error: missing };
  return { ok: true, value: guardWrites(settings) };
}

/** What a way to log in lacks, and what would make it unsafe. */
function loginFaults(settings: Settings): readonly SettingFault[] {
  const { authStrategy, oidcIssuer, trustedProxies, endedSessions } = settings;
  const faults: SettingFault[] = [];
  const need = (setting: string, isThere: boolean) => {
    const message = `is needed with --auth-strategy ${authStrategy}`;
    if (!isThere) faults.push({ setting, message });
  };
  if (authStrategy === 'openid') {
    need('--oidc-issuer', oidcIssuer !== null);
    need('--oidc-client-id', settings.oidcClientId !== null);
    if (oidcIssuer !== null && !isSafeIssuer(oidcIssuer)) {
      faults.push({ setting: '--oidc-issuer', message: 'must be https, or http on loopback' });
    }
  }
  if (authStrategy === 'header') {
    need('--trusted-proxies', trustedProxies.length > 0);
    need('--auth-header-secret-file', settings.authHeaderSecretFile !== null);
  }
  if (
    authStrategy === 'token' &&
    (settings.contexts.length > 1 || settings.remoteKubeconfigs !== null)
  ) {
    // It belongs to one cluster, and the others would be handed it.
    faults.push({ setting: '--auth-strategy', message: 'token is for one cluster only' });
  }
  if (settings.sessionIdleSeconds > settings.sessionMaxSeconds) {
    faults.push({ setting: '--session-idle', message: 'must not be longer than --session-max' });
  }
  if (
    endedSessions !== null &&
    !/^([a-z0-9-]+\/)?[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/.test(endedSessions)
  ) {
    faults.push({ setting: '--ended-sessions', message: 'must be the name of a ConfigMap' });
  }
  return faults;
}

/** Codes and tokens must not travel readable. */
function isSafeIssuer(issuer: string): boolean {
  const { protocol, hostname, search, hash } = new URL(issuer);
  const isPlain = search + hash === '';
  return isPlain && (protocol === 'https:' || isLoopback(hostname.replace(/^\[|\]$/g, '')));
}

/** Settings that mean nothing, or not one thing, without or beside another. */
function incomplete(settings: Settings): readonly SettingFault[] {
  const faults: SettingFault[] = [];
  if (settings.context !== null && settings.contexts.length > 0)
    faults.push({ setting: '--contexts', message: 'cannot be used together with --context' });
  for (const upstream of ['prometheus', 'jaeger'] as const) {
    const refuse = (name: string, message: string) =>
      faults.push({ setting: `--${upstream}-${name}`, message });
    const url = settings[`${upstream}Url`];
    const user = settings[`${upstream}User`];
    const hasUrlUser = url !== null && new URL(url).username !== '';
    if (settings[`${upstream}PasswordFile`] !== null && user === null && !hasUrlUser)
      refuse('password-file', `needs --${upstream}-user`);
    if (user !== null && settings[`${upstream}PasswordFile`] === null)
      refuse('user', `needs --${upstream}-password-file`);
    if (user !== null && hasUrlUser) refuse('user', 'stands in the URL, too');
    if (settings[`${upstream}BearerTokenFile`] !== null && (user !== null || hasUrlUser))
      refuse('bearer-token-file', 'cannot be used together with a user');
    if ((settings[`${upstream}CertFile`] === null) !== (settings[`${upstream}KeyFile`] === null))
      refuse('cert-file', `and --${upstream}-key-file need each other`);
  }
  return faults;
}

/** The embedded mesh is small and follows at once. */
const DEMO_FALLBACKS: Readonly<Partial<Record<SettingRow['key'], string>>> = {
  refreshSeconds: '5s',
  propagationPauseSeconds: '500ms',
};

function isDemo(
  flags: ReadonlyMap<string, Written>,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  return ['true', '1'].includes(flags.get('demo')?.text ?? env['FANARI_DEMO'] ?? '');
}

function guardWrites(settings: Settings): Settings {
  const isAnonymous = settings.authStrategy === 'anonymous';
  const refused =
    isAnonymous &&
    !settings.readOnly &&
    !settings.allowAnonymousWrites &&
    !isLoopback(settings.host);
  return {
    ...settings,
    readOnly: settings.readOnly || refused,
    writesRefusedOnPublicAddress: refused,
  };
}

function toText(value: Exclude<Parsed, null>): string {
  if (typeof value !== 'object') return String(value);
  if (!Array.isArray(value))
    return Object.entries(value)
      .map(([name, content]) => `${name}=${content}`)
      .join(',');
  return (value as readonly (string | ScopeLabel)[])
    .map((entry) =>
      typeof entry === 'string'
        ? entry
        : `${entry.label}${entry.operator}${JSON.stringify(entry.value)}`,
    )
    .join(',');
}

/** The environment that makes `parseSettings([], …)` give these settings; for handing flags to a child process. */
export function toEnvironment(settings: Settings): Readonly<Record<string, string>> {
  const env: Record<string, string> = {};
  for (const { key, variable, kind } of settingRows) {
    const value = settings[key];
    if (value === null || value === '') continue;
    const text = toText(value);
    if (text === '') continue;
    env[variable] = kind === 'seconds' || kind === 'pause' ? `${text}s` : text;
  }
  return env;
}

/** The settings of this process: of its environment, and of flags where the script that started it has not turned them into that. */
export function readSettings(argv: readonly string[] = []): SettingsResult {
  return parseSettings(argv, process.env);
}
