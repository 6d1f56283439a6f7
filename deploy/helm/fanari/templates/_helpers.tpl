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

{{/* Secrets to mount: whole folders, so that what is new in a Secret shows in its file. */}}
{{- define "fanari.secretMounts" -}}
{{- range $name, $values := dict "prometheus" .Values.prometheus "jaeger" .Values.jaeger }}
{{- range $part, $secret := include "fanari.upstreamSecrets" $values | fromYaml }}
{{- if $secret.secretName }}
- name: {{ $name }}-{{ $part }}
  mountPath: /etc/fanari/{{ $name }}-{{ $part }}
  readOnly: true
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "fanari.secretVolumes" -}}
{{- range $name, $values := dict "prometheus" .Values.prometheus "jaeger" .Values.jaeger }}
{{- range $part, $secret := include "fanari.upstreamSecrets" $values | fromYaml }}
{{- if $secret.secretName }}
- name: {{ $name }}-{{ $part }}
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
{{- end }}
{{- end -}}
