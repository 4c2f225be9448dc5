{{/* Names, labels, and the parts that pods share. Every name below begins with `troupe.`. */}}

{{- define "troupe.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 36 | trimSuffix "-" -}}
{{- end -}}

{{/* 36 of Kubernetes' 63 characters: room for the components' names and for what a StatefulSet appends. */}}
{{- define "troupe.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 36 | trimSuffix "-" -}}
{{- else if contains (include "troupe.name" .) .Release.Name -}}
{{- .Release.Name | trunc 36 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "troupe.name" .) | trunc 36 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* (dict "root" $ "component" "runtime"): what selects pods. It never changes, since selectors can't. */}}
{{- define "troupe.selectorLabels" -}}
app.kubernetes.io/name: {{ include "troupe.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- with .component }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end -}}

{{- define "troupe.labels" -}}
{{ include "troupe.selectorLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: troupe
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "troupe.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "troupe.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{ .Values.serviceAccount.name | default (include "troupe.fullname" .) }}
{{- else -}}
{{ .Values.serviceAccount.name | default "default" }}
{{- end -}}
{{- end -}}

{{/* Container ports: the defaults of the option table. */}}
{{- define "troupe.ports" -}}
runtime: 9464
control-plane: 9465
relay: 9466
public: 4000
operator: 4001
{{- end -}}

{{/* Numbers of values.yaml are floating-point to Helm: 1048576 would be written 1.048576e+06. */}}
{{- define "troupe.text" -}}
{{- if kindIs "float64" . }}{{ printf "%.0f" . }}{{ else }}{{ . }}{{ end -}}
{{- end -}}

{{/* Data of a ConfigMap. (dict "root" $ "component" …). The control plane does without Kafka, so it gets none of what
     proves who one is there: half of it, without the secret, would be refused at its start. */}}
{{- define "troupe.configData" -}}
{{- $data := dict "NODE_ENV" "production" "TELEMETRY_ENABLED" "true" "TELEMETRY_HOST" "0.0.0.0" -}}
{{- $ports := include "troupe.ports" . | fromYaml -}}
{{- if eq .component "runtime" -}}
{{- $data = merge $data (dict "KAFKA_ENABLED" "true" "TELEMETRY_PORT" (get $ports "runtime")) -}}
{{- else if eq .component "relay" -}}
{{- $data = merge $data (dict "KAFKA_ENABLED" "true" "RELAY_TELEMETRY_PORT" (get $ports "relay")) -}}
{{- else -}}
{{- $data = merge $data (dict
  "KAFKA_ENABLED" "false"
  "CONTROL_PLANE_TELEMETRY_PORT" (get $ports "control-plane")
  "PUBLIC_API_HOST" "0.0.0.0" "PUBLIC_API_PORT" (get $ports "public")
  "OPERATOR_API_HOST" "0.0.0.0" "OPERATOR_API_PORT" (get $ports "operator")) -}}
{{- end -}}
{{- range $name, $value := .root.Values.config -}}
{{- if or (ne $.component "control-plane") (not (regexMatch "^KAFKA_(SASL|SSL)" $name)) -}}
{{- $data = set $data $name $value -}}
{{- end -}}
{{- end -}}
{{- range $name, $value := $data }}
{{ $name }}: {{ include "troupe.text" $value | quote }}
{{- end -}}
{{- end -}}

{{/* A secret option that values name a Secret for. (dict "root" $ "names" (list …)) */}}
{{- define "troupe.secretEnv" -}}
{{- range $name := .names -}}
{{- $secret := get $.root.Values.secrets $name -}}
{{- if and $secret $secret.name }}
- name: {{ $name }}
  valueFrom:
    secretKeyRef:
      name: {{ $secret.name }}
      key: {{ $secret.key | default $name }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Where the files of kafkaTls are mounted. */}}
{{- define "troupe.kafkaTlsEnv" -}}
{{- with .Values.kafkaTls -}}
{{- if .existingSecret -}}
{{- range $variable, $key := dict "KAFKA_SSL_CA" .caKey "KAFKA_SSL_CERTIFICATE" .certificateKey "KAFKA_SSL_KEY" .privateKeyKey -}}
{{- with $key }}
- name: {{ $variable }}
  value: /etc/troupe/kafka-tls/{{ . }}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "troupe.sharedEnv" -}}
{{- with .Values.certificateAuthorities -}}
{{- if .configMap }}
- name: NODE_EXTRA_CA_CERTS
  value: /etc/troupe/certificate-authorities/{{ .key }}
{{- end -}}
{{- end -}}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end -}}
{{- end -}}

{{/* Seconds that a stop may take: the drain, 5 s until the process cuts itself off (runtime/process), a margin; where a pod has
     several processes, half of the drain and a second more (runtime/cluster: dynamic members go one at a time for so long). */}}
{{- define "troupe.terminationSeconds" -}}
{{- $drainMs := .Values.config.DRAIN_TIMEOUT_MS | default 25000 | int64 -}}
{{- if hasKey .Values.config "DRAIN_TIMEOUT_MS" -}}{{- $drainMs = .Values.config.DRAIN_TIMEOUT_MS | int64 -}}{{- end -}}
{{- $oneByOneSeconds := 0 -}}
{{- if gt (.Values.config.PROCESSES | default 1 | int64) 1 -}}{{- $oneByOneSeconds = add 1 (div (add $drainMs 1999) 2000) -}}{{- end -}}
{{- add (div (add $drainMs 999) 1000) $oneByOneSeconds 5 (int .Values.terminationMarginSeconds) -}}
{{- end -}}

{{- define "troupe.podSecurity" -}}
runAsNonRoot: true
{{- with .Values.runAsUser }}
runAsUser: {{ . }}
runAsGroup: {{ . }}
fsGroup: {{ . }}
{{- end }}
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "troupe.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
{{- with .Values.runAsUser }}
runAsUser: {{ . }}
runAsGroup: {{ . }}
{{- end }}
capabilities:
  drop: [ALL]
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{/* Of a container with a telemetry port. (dict "root" $) */}}
{{- define "troupe.probes" -}}
{{- $probes := .Values.probes -}}
{{- range $name, $path := dict "startup" "/livez" "liveness" "/livez" "readiness" "/readyz" }}
{{ $name }}Probe:
  httpGet: { path: {{ $path }}, port: telemetry }
  {{- toYaml (get $probes $name) | nindent 2 }}
{{- end -}}
{{- end -}}

{{/* (dict "root" $ "kafkaTls" true|false) */}}
{{- define "troupe.volumes" -}}
- name: tmp
  emptyDir: { sizeLimit: 32Mi }
{{- with .root.Values.certificateAuthorities }}
{{- if .configMap }}
- name: certificate-authorities
  configMap: { name: {{ .configMap }} }
{{- end }}
{{- end }}
{{- if and .kafkaTls .root.Values.kafkaTls.existingSecret }}
- name: kafka-tls
  secret: { secretName: {{ .root.Values.kafkaTls.existingSecret }}, defaultMode: 0440 }
{{- end }}
{{- with .root.Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "troupe.volumeMounts" -}}
- { name: tmp, mountPath: /tmp }
{{- if .root.Values.certificateAuthorities.configMap }}
- { name: certificate-authorities, mountPath: /etc/troupe/certificate-authorities, readOnly: true }
{{- end }}
{{- if and .kafkaTls .root.Values.kafkaTls.existingSecret }}
- { name: kafka-tls, mountPath: /etc/troupe/kafka-tls, readOnly: true }
{{- end }}
{{- with .root.Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* What a pod is apart from its containers. (dict "root" $ "component" … "values" .Values.runtime "kafkaTls" …) */}}
{{- define "troupe.podSettings" -}}
automountServiceAccountToken: false
# Variables of neighbouring Services look like options: none of them.
enableServiceLinks: false
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- include "troupe.podSecurity" .root | nindent 2 }}
volumes:
  {{- include "troupe.volumes" . | nindent 2 }}
{{- end -}}

{{- define "troupe.placement" -}}
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if .values.topologySpread }}
topologySpreadConstraints:
  {{- range $key := list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - topologyKey: {{ $key }}
    maxSkew: 1
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "troupe.selectorLabels" $ | nindent 8 }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* Metadata of a pod template: a changed ConfigMap rolls the pods. */}}
{{- define "troupe.podMetadata" -}}
labels:
  {{- include "troupe.labels" . | nindent 2 }}
  {{- with .values.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
annotations:
  checksum/config: {{ include "troupe.configData" . | sha256sum }}
  {{- if .root.Values.metrics.podAnnotations }}
  prometheus.io/scrape: "true"
  prometheus.io/port: {{ get (include "troupe.ports" . | fromYaml) .component | toString | quote }}
  prometheus.io/path: /metrics
  {{- end }}
  {{- with .values.podAnnotations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}
