{{- define "fanari.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "fanari.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains (include "fanari.name" .) .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "fanari.name" .) | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Cluster-wide objects carry the namespace in their name, so that releases in two namespaces do not collide. */}}
{{- define "fanari.clusterName" -}}
{{- printf "%s-%s" (include "fanari.fullname" .) .Release.Namespace -}}
{{- end -}}

{{- define "fanari.selectorLabels" -}}
app.kubernetes.io/name: {{ include "fanari.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "fanari.labels" -}}
{{ include "fanari.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "fanari.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "fanari.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- required "serviceAccount.name is needed where serviceAccount.create is false" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "fanari.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{/* Environment of one upstream; takes a dictionary of name (PROMETHEUS) and values. */}}
{{- define "fanari.upstreamEnv" -}}
{{- if .values.url }}
- name: FANARI_{{ .name }}_URL
  value: {{ .values.url | quote }}
- name: FANARI_{{ .name }}_TIMEOUT
  value: {{ .values.timeout | quote }}
{{- end }}
{{- if .values.insecureSkipVerify }}
- name: FANARI_{{ .name }}_INSECURE_SKIP_VERIFY
  value: 'true'
{{- end }}
{{- if .values.bearerToken.secretName }}
- name: FANARI_{{ .name }}_BEARER_TOKEN_FILE
  value: /etc/fanari/{{ lower .name }}-token/{{ .values.bearerToken.key }}
{{- end }}
{{- if .values.user }}
- name: FANARI_{{ .name }}_USER
  value: {{ .values.user | quote }}
{{- end }}
{{- if .values.password.secretName }}
- name: FANARI_{{ .name }}_PASSWORD_FILE
  value: /etc/fanari/{{ lower .name }}-password/{{ .values.password.key }}
{{- end }}
{{- if .values.headers }}
- name: FANARI_{{ .name }}_HEADERS
  value: {{ include "fanari.headers" .values.headers | quote }}
{{- end }}
{{- if .values.secretHeaders.secretName }}
- name: FANARI_{{ .name }}_HEADERS_FILE
  value: /etc/fanari/{{ lower .name }}-headers/{{ .values.secretHeaders.key }}
{{- end }}
{{- with .values.clientCertificate }}
{{- if .secretName }}
- name: FANARI_{{ $.name }}_CERT_FILE
  value: /etc/fanari/{{ lower $.name }}-certificate/{{ .certKey }}
- name: FANARI_{{ $.name }}_KEY_FILE
  value: /etc/fanari/{{ lower $.name }}-certificate/{{ .keyKey }}
{{- end }}
{{- end }}
{{- if .values.scope }}
- name: FANARI_{{ .name }}_SCOPE
  value: {{ .values.scope | quote }}
{{- end }}
{{- if .values.ca.secretName }}
- name: FANARI_{{ .name }}_CA_FILE
  value: /etc/fanari/{{ lower .name }}-ca/{{ .values.ca.key }}
{{- end }}
{{- end -}}

{{/* Headers as a list of Name=value; a value with a comma belongs into a Secret. */}}
{{- define "fanari.headers" -}}
{{- $list := list -}}
{{- range $name, $value := . -}}
{{- $list = append $list (printf "%s=%s" $name $value) -}}
{{- end -}}
{{- join "," $list -}}
{{- end -}}

{{/* Secrets of an upstream by the name of their folder, with the keys to mount; as YAML. */}}
{{- define "fanari.upstreamSecrets" -}}
{{- $certificate := .clientCertificate -}}
token: {secretName: {{ .bearerToken.secretName | quote }}, keys: [{{ .bearerToken.key | quote }}]}
password: {secretName: {{ .password.secretName | quote }}, keys: [{{ .password.key | quote }}]}
headers: {secretName: {{ .secretHeaders.secretName | quote }}, keys: [{{ .secretHeaders.key | quote }}]}
certificate: {secretName: {{ $certificate.secretName | quote }}, keys: [{{ $certificate.certKey | quote }}, {{ $certificate.keyKey | quote }}]}
ca: {secretName: {{ .ca.secretName | quote }}, keys: [{{ .ca.key | quote }}]}
{{- end -}}

{{- define "fanari.hasSessions" -}}
{{- if has .Values.auth.strategy (list "token" "openid") -}}true{{- end -}}
{{- end -}}

{{- define "fanari.sessionSecretName" -}}
{{- default (printf "%s-session" (include "fanari.fullname" .)) .Values.auth.session.keys.secretName -}}
{{- end -}}

{{- define "fanari.endedSessionsName" -}}
{{- printf "%s-sessions" (include "fanari.fullname" .) -}}
{{- end -}}

{{/* Environment of the way to log in. */}}
{{- define "fanari.authEnv" -}}
{{- $auth := .Values.auth -}}
- name: FANARI_AUTH_STRATEGY
  value: {{ $auth.strategy }}
{{- with $auth.publicUrl }}
- name: FANARI_PUBLIC_URL
  value: {{ . | quote }}
{{- end }}
{{- with $auth.trustedProxies }}
- name: FANARI_TRUSTED_PROXIES
  value: {{ join "," . | quote }}
{{- end }}
{{- if include "fanari.hasSessions" . }}
- name: FANARI_SESSION_KEYS_FILE
  value: /etc/fanari/auth-session/{{ $auth.session.keys.key }}
- name: FANARI_SESSION_IDLE
  value: {{ $auth.session.idle | quote }}
- name: FANARI_SESSION_MAX
  value: {{ $auth.session.max | quote }}
- name: FANARI_ENDED_SESSIONS
  value: {{ include "fanari.endedSessionsName" . }}
{{- end }}
{{- if eq $auth.strategy "openid" }}
- name: FANARI_OIDC_ISSUER
  value: {{ required "auth.openid.issuer is needed" $auth.openid.issuer | quote }}
- name: FANARI_OIDC_CLIENT_ID
  value: {{ required "auth.openid.clientId is needed" $auth.openid.clientId | quote }}
- name: FANARI_OIDC_MODE
  value: {{ $auth.openid.mode }}
- name: FANARI_OIDC_SCOPES
  value: {{ join "," $auth.openid.scopes | quote }}
- name: FANARI_OIDC_USERNAME_CLAIM
  value: {{ $auth.openid.usernameClaim | quote }}
- name: FANARI_OIDC_GROUPS_CLAIM
  value: {{ $auth.openid.groupsClaim | quote }}
{{- if $auth.openid.usernamePrefix }}
- name: FANARI_OIDC_USERNAME_PREFIX
  value: {{ $auth.openid.usernamePrefix | quote }}
{{- end }}
{{- with $auth.openid.groupsPrefix }}
- name: FANARI_OIDC_GROUPS_PREFIX
  value: {{ . | quote }}
{{- end }}
{{- if $auth.openid.clientSecret.secretName }}
- name: FANARI_OIDC_CLIENT_SECRET_FILE
  value: /etc/fanari/auth-client/{{ $auth.openid.clientSecret.key }}
{{- end }}
{{- if $auth.openid.ca.secretName }}
- name: FANARI_OIDC_CA_FILE
  value: /etc/fanari/auth-ca/{{ $auth.openid.ca.key }}
{{- end }}
{{- end }}
{{- if eq $auth.strategy "header" }}
- name: FANARI_AUTH_HEADER_USER
  value: {{ $auth.header.user }}
- name: FANARI_AUTH_HEADER_GROUPS
  value: {{ $auth.header.groups }}
- name: FANARI_AUTH_HEADER_SECRET
  value: {{ $auth.header.secretHeader }}
- name: FANARI_AUTH_HEADER_SECRET_FILE
  value: /etc/fanari/auth-proxy/{{ $auth.header.secret.key }}
{{- end }}
{{- end -}}

{{/* Secrets of the way to log in by the name of their folder, with the keys to mount; as YAML. */}}
{{- define "fanari.authSecrets" -}}
{{- $auth := .Values.auth -}}
{{- if include "fanari.hasSessions" . }}
session: {secretName: {{ include "fanari.sessionSecretName" . | quote }}, keys: [{{ $auth.session.keys.key | quote }}]}
{{- end }}
{{- if eq $auth.strategy "openid" }}
client: {secretName: {{ $auth.openid.clientSecret.secretName | quote }}, keys: [{{ $auth.openid.clientSecret.key | quote }}]}
ca: {secretName: {{ $auth.openid.ca.secretName | quote }}, keys: [{{ $auth.openid.ca.key | quote }}]}
{{- end }}
{{- if eq $auth.strategy "header" }}
proxy: {secretName: {{ required "auth.header.secret.secretName is needed" $auth.header.secret.secretName | quote }}, keys: [{{ $auth.header.secret.key | quote }}]}
{{- end }}
{{- end -}}

{{/* Secrets by the name of their folder: those of upstreams and of the way to log in; as YAML. */}}
{{- define "fanari.secrets" -}}
{{- $all := dict -}}
{{- range $name, $values := dict "prometheus" .Values.prometheus "jaeger" .Values.jaeger -}}
{{- range $part, $secret := include "fanari.upstreamSecrets" $values | fromYaml -}}
{{- $_ := set $all (printf "%s-%s" $name $part) $secret -}}
{{- end -}}
{{- end -}}
{{- range $part, $secret := include "fanari.authSecrets" . | fromYaml -}}
{{- $_ := set $all (printf "auth-%s" $part) $secret -}}
{{- end -}}
{{- toYaml $all -}}
{{- end -}}

{{/* Secrets to mount: whole folders, so that what is new in a Secret shows in its file. */}}
{{- define "fanari.secretMounts" -}}
{{- range $name, $secret := include "fanari.secrets" . | fromYaml }}
{{- if $secret.secretName }}
- name: {{ $name }}
  mountPath: /etc/fanari/{{ $name }}
  readOnly: true
{{- end }}
{{- end }}
{{- end -}}

{{- define "fanari.secretVolumes" -}}
{{- range $name, $secret := include "fanari.secrets" . | fromYaml }}
{{- if $secret.secretName }}
- name: {{ $name }}
  secret:
    secretName: {{ $secret.secretName }}
    defaultMode: 0440
    items:
      {{- range $secret.keys }}
      - key: {{ . }}
        path: {{ . }}
      {{- end }}
{{- end }}
{{- end }}
{{- end -}}
