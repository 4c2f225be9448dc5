{{/* Combinations that the schema can't refuse. Each says what is wrong and what to set. */}}
{{- define "troupe.checks" -}}
{{- $config := .Values.config -}}
{{- $secrets := .Values.secrets -}}
{{- if not .Values.image.repository -}}
{{- fail "image.repository is empty: name the repository of your Troupe image (docs/deployment.md tells how to build it)." -}}
{{- end -}}
{{- if not (dig "DATABASE_URL" "name" "" $secrets) -}}
{{- fail "secrets.DATABASE_URL.name is empty: name an existing Secret whose key DATABASE_URL is postgres://user:password@host:5432/database." -}}
{{- end -}}
{{- if not (or .Values.runtime.enabled .Values.relay.enabled .Values.controlPlane.enabled) -}}
{{- fail "runtime.enabled, relay.enabled and controlPlane.enabled are all false: nothing would run." -}}
{{- end -}}
{{- range $name, $secret := $secrets -}}
{{- if and $secret $secret.name (hasKey $config $name) -}}
{{- fail (printf "%s is in config and in secrets: keep one of them." $name) -}}
{{- end -}}
{{- end -}}
{{- if and .Values.runtime.enabled (not $config.SCHEMA_REGISTRY_URL) -}}
{{- fail "config.SCHEMA_REGISTRY_URL is not set: the runtime would look for it on its own pod." -}}
{{- end -}}
{{- if or .Values.runtime.enabled .Values.relay.enabled -}}
{{- if not $config.KAFKA_BROKERS -}}
{{- fail "config.KAFKA_BROKERS is not set: runtime and relay would look for it on their own pods. Without Kafka, set runtime.enabled and relay.enabled to false." -}}
{{- end -}}
{{- $sasl := $config.KAFKA_SASL_MECHANISM | default "none" -}}
{{- if has $sasl (list "PLAIN" "SCRAM-SHA-256" "SCRAM-SHA-512" "OAUTHBEARER") -}}
{{- if not (dig "KAFKA_SASL_PASSWORD" "name" "" $secrets) -}}
{{- fail (printf "config.KAFKA_SASL_MECHANISM is %s: name the Secret of its password in secrets.KAFKA_SASL_PASSWORD.name." $sasl) -}}
{{- end -}}
{{- if not (or $config.KAFKA_SASL_USERNAME (dig "KAFKA_SASL_USERNAME" "name" "" $secrets)) -}}
{{- fail (printf "config.KAFKA_SASL_MECHANISM is %s: set config.KAFKA_SASL_USERNAME, or name its Secret in secrets.KAFKA_SASL_USERNAME.name." $sasl) -}}
{{- end -}}
{{- end -}}
{{- if and (eq $sasl "OAUTHBEARER") (not $config.KAFKA_SASL_TOKEN_ENDPOINT) -}}
{{- fail "config.KAFKA_SASL_MECHANISM is OAUTHBEARER: set config.KAFKA_SASL_TOKEN_ENDPOINT." -}}
{{- end -}}
{{- with .Values.kafkaTls -}}
{{- if and .existingSecret (not $config.KAFKA_SSL) -}}
{{- fail "kafkaTls.existingSecret is set and config.KAFKA_SSL is not true: its files would not be used." -}}
{{- end -}}
{{- if and .existingSecret (ne (empty .certificateKey) (empty .privateKeyKey)) -}}
{{- fail "kafkaTls.certificateKey and kafkaTls.privateKeyKey belong together: set both or neither." -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $drain := ternary $config.DRAIN_TIMEOUT_MS 25000 (hasKey $config "DRAIN_TIMEOUT_MS") | int64 -}}
{{- $poll := $config.KAFKA_MAX_POLL_INTERVAL_MS | default 300000 | int64 -}}
{{- if ge $drain $poll -}}
{{- fail (printf "config.DRAIN_TIMEOUT_MS (%d) must be below config.KAFKA_MAX_POLL_INTERVAL_MS (%d)." $drain $poll) -}}
{{- end -}}
{{- with .Values.controlPlane -}}
{{- if eq (int .publicService.port) (int .operatorService.port) -}}
{{- fail "controlPlane.publicService.port and operatorService.port are the same: who has both addresses at hand must not mix them up." -}}
{{- end -}}
{{- if and .ingress.enabled (not .enabled) -}}
{{- fail "controlPlane.ingress.enabled is true and controlPlane.enabled is false: there is nothing to reach." -}}
{{- end -}}
{{- if and .ingress.enabled (not .ingress.host) -}}
{{- fail "controlPlane.ingress.host is empty: name the host of the public API." -}}
{{- end -}}
{{- end -}}
{{- $owned := include "troupe.ownedVariables" . | fromYamlArray -}}
{{- range $env := concat .Values.extraEnv .Values.runtime.extraEnv .Values.relay.extraEnv .Values.controlPlane.extraEnv -}}
{{- if has $env.name $owned -}}
{{- fail (printf "extraEnv sets %s, which the chart sets itself: its Services, probes and mounts rely on it." $env.name) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Options that the chart sets, and nobody else. The test compares them with the option table and the schema. */}}
{{- define "troupe.ownedVariables" -}}
- KAFKA_ENABLED
- KAFKA_GROUP_INSTANCE_ID
- KAFKA_SSL_CA
- KAFKA_SSL_CERTIFICATE
- KAFKA_SSL_KEY
- KAFKA_STATIC_MEMBERSHIP
- NODE_ENV
- NODE_NAME
- PUBLIC_API_HOST
- PUBLIC_API_PORT
- OPERATOR_API_HOST
- OPERATOR_API_PORT
- TELEMETRY_ENABLED
- TELEMETRY_HOST
- TELEMETRY_PORT
- CONTROL_PLANE_TELEMETRY_PORT
- RELAY_TELEMETRY_PORT
{{- end -}}
