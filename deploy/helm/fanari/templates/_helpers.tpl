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
{{- if .values.ca.secretName }}
- name: FANARI_{{ .name }}_CA_FILE
  value: /etc/fanari/{{ lower .name }}-ca/{{ .values.ca.key }}
{{- end }}
{{- end -}}

{{/* Secrets to mount: whole folders, so that a new token or authority shows in the file. */}}
{{- define "fanari.secretMounts" -}}
{{- range $name, $values := dict "prometheus" .Values.prometheus "jaeger" .Values.jaeger }}
{{- if $values.bearerToken.secretName }}
- name: {{ $name }}-token
  mountPath: /etc/fanari/{{ $name }}-token
  readOnly: true
{{- end }}
{{- if $values.ca.secretName }}
- name: {{ $name }}-ca
  mountPath: /etc/fanari/{{ $name }}-ca
  readOnly: true
{{- end }}
{{- end }}
{{- end -}}

{{- define "fanari.secretVolumes" -}}
{{- range $name, $values := dict "prometheus" .Values.prometheus "jaeger" .Values.jaeger }}
{{- range $part, $secret := dict "token" $values.bearerToken "ca" $values.ca }}
{{- if $secret.secretName }}
- name: {{ $name }}-{{ $part }}
  secret:
    secretName: {{ $secret.secretName }}
    defaultMode: 0440
    items:
      - key: {{ $secret.key }}
        path: {{ $secret.key }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}
