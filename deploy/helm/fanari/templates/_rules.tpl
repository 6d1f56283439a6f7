{{/* What Fanari watches (server/adapters/kubernetes/kinds.ts). get is needed for what it shows as YAML. */}}
{{- define "fanari.viewerRules" -}}
- apiGroups: ['']
  resources: [namespaces, services]
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
  resources: [gatewayclasses, gateways, httproutes, grpcroutes, tcproutes, tlsroutes]
  verbs: [get, list, watch]
- apiGroups: [flagger.app]
  resources: [canaries]
  verbs: [get, list, watch]
# What the account may do itself; most clusters grant this to every account already.
- apiGroups: [authorization.k8s.io]
  resources: [selfsubjectaccessreviews]
  verbs: [create]
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
