{{/* What Fanari watches (server/adapters/kubernetes/kinds.ts). get is needed for what it shows as YAML. */}}
{{- define "fanari.viewerRules" -}}
- apiGroups: ['']
  resources: [services]
  verbs: [get, list, watch]
- apiGroups: ['']
  resources: [pods]
  verbs: [list, watch]
- apiGroups: [apps]
  resources: [deployments, statefulsets, daemonsets]
  verbs: [list, watch]
- apiGroups: [argoproj.io]
  resources: [rollouts]
  verbs: [list, watch]
- apiGroups: [networking.istio.io]
  resources:
    - virtualservices
    - destinationrules
    - gateways
    - serviceentries
    - sidecars
    - workloadentries
    - workloadgroups
    - envoyfilters
    - proxyconfigs
  verbs: [get, list, watch]
- apiGroups: [security.istio.io]
  resources: [peerauthentications, requestauthentications, authorizationpolicies]
  verbs: [get, list, watch]
- apiGroups: [telemetry.istio.io]
  resources: [telemetries]
  verbs: [get, list, watch]
- apiGroups: [gateway.networking.k8s.io]
  resources: [gateways, httproutes, grpcroutes, tcproutes, tlsroutes]
  verbs: [get, list, watch]
- apiGroups: [flagger.app]
  resources: [canaries]
  verbs: [get, list, watch]
{{- end -}}

{{/* What no Role in a namespace can allow, of the same file. */}}
{{- define "fanari.clusterRules" -}}
- apiGroups: ['']
  resources: [namespaces]
  verbs: [get, list, watch]
- apiGroups: [gateway.networking.k8s.io]
  resources: [gatewayclasses]
  verbs: [get, list, watch]
# What the account may do itself; most clusters grant this to every account already.
- apiGroups: [authorization.k8s.io]
  resources: [selfsubjectaccessreviews]
  verbs: [create]
{{- end -}}

{{/* In a Role: the namespace that it lies in, by its name, for its labels. */}}
{{- define "fanari.ownNamespaceRules" -}}
- apiGroups: ['']
  resources: [namespaces]
  verbs: [get]
{{- end -}}

{{/* In the Istio namespace: what holds for the whole mesh (server/adapters/kubernetes/namespace-limit.ts). */}}
{{- define "fanari.meshWideRules" -}}
- apiGroups: [networking.istio.io]
  resources: [destinationrules, sidecars, envoyfilters, proxyconfigs]
  verbs: [get, list, watch]
- apiGroups: [security.istio.io]
  resources: [peerauthentications, requestauthentications, authorizationpolicies]
  verbs: [get, list, watch]
- apiGroups: [telemetry.istio.io]
  resources: [telemetries]
  verbs: [get, list, watch]
{{- end -}}

{{/* What Fanari writes beside, of the same file: weights, subsets, and the objects of a canary. */}}
{{- define "fanari.editorRules" -}}
- apiGroups: [networking.istio.io]
  resources: [virtualservices, destinationrules]
  verbs: [create, delete, patch]
- apiGroups: [gateway.networking.k8s.io]
  resources: [httproutes, grpcroutes]
  verbs: [create, delete, patch]
- apiGroups: [gateway.networking.k8s.io]
  resources: [tcproutes, tlsroutes]
  verbs: [patch]
# Every write is told as an Event on its object.
- apiGroups: ['']
  resources: [events]
  verbs: [create]
# The Services of a canary's versions, where the Gateway API routes by Service.
- apiGroups: ['']
  resources: [services]
  verbs: [create, delete]
{{- end -}}

{{/* In the Istio namespace: the mesh configuration, and no other ConfigMap. */}}
{{- define "fanari.meshConfigRules" -}}
- apiGroups: ['']
  resources: [configmaps]
  resourceNames: [istio]
  verbs: [list, watch]
{{- end -}}

{{/* Of a login that impersonates; takes auth.impersonation. */}}
{{- define "fanari.impersonatorRules" -}}
- apiGroups: ['']
  resources: [users]
  verbs: [impersonate]
  {{- with .users }}
  resourceNames:
    {{- toYaml . | nindent 4 }}
  {{- end }}
- apiGroups: ['']
  resources: [groups]
  verbs: [impersonate]
  {{- with .groups }}
  resourceNames:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{/*
A role with rules, bound to Fanari's account: a Role in a namespace, or a ClusterRole where namespace is empty. Takes a
dictionary of root, name, namespace and rules.
*/}}
{{- define "fanari.role" }}
{{- $kind := ternary "Role" "ClusterRole" (ne .namespace "") }}
{{- $name := printf "%s-%s" (include "fanari.clusterName" .root) .name }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $kind }}
metadata:
  name: {{ $name }}
  {{- with .namespace }}
  namespace: {{ . }}
  {{- end }}
  labels:
    {{- include "fanari.labels" .root | nindent 4 }}
rules:
  {{- .rules | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $kind }}Binding
metadata:
  name: {{ $name }}
  {{- with .namespace }}
  namespace: {{ . }}
  {{- end }}
  labels:
    {{- include "fanari.labels" .root | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ $kind }}
  name: {{ $name }}
subjects:
  - kind: ServiceAccount
    name: {{ include "fanari.serviceAccountName" .root }}
    namespace: {{ .root.Release.Namespace }}
{{ end -}}
