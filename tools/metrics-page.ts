/** The metric table as a page. */

import { nodeMetricTable } from '../runtime/cluster/index.ts'
import { metricTable, stageBuckets, stages, type Metric } from '../runtime/telemetry/index.ts'

export const metricsPage = (): string => {
  const metrics = Object.values(metricTable) as Metric[]
  const rows = metrics.map(
    ({ name, kind, labels, doc }) =>
      `| \`${name}\` | ${kind} | ${labels.map((label) => `\`${label}\``).join(' ') || '–'} | ${doc} |`,
  )
  const ofNodes = Object.values(nodeMetricTable).map(
    ({ name, kind, doc }) => `| \`${name}\` | ${kind} | ${doc} |`,
  )
  return `# Metrics

Generated from the metric table (runtime/telemetry/metric-table.ts) by \`npm run generate-docs\`.

Every process serves its metrics at \`/metrics\`, in Prometheus' text format, on TELEMETRY_PORT (the control plane on
CONTROL_PLANE_TELEMETRY_PORT, a relay on RELAY_TELEMETRY_PORT). \`target_info\` says whose they are: service, version, node and process. They go by OTLP to a collector,
too, when the standard variables say so: \`OTEL_METRICS_EXPORTER=otlp\`, or an address in \`OTEL_EXPORTER_OTLP_ENDPOINT\`. Without one of
them nothing is sent anywhere. \`TELEMETRY_ENABLED=false\` turns all of it off.

What is counted begins at 0 with the process. Gauges of partitions are there while the partition is assigned to the process: one that was
revoked is gone, and comes up at its next owner.

| metric | kind | labels | what it is |
|---|---|---|---|
${rows.join('\n')}

## Nodes of several processes

With PROCESSES over 1 the primary serves the metrics of all its processes on the one TELEMETRY_PORT, each sample with a label \`slot\`, from 1:
\`sum without (slot) (…)\` is the node's. What is only known of the node:

| metric | kind | what it is |
|---|---|---|
${ofNodes.join('\n')}

## Stages

\`troupe_stage_duration_seconds\` has a value for each batch, so that measuring costs nothing a record would notice. Divide by the records
of the same time to get a record's share. Buckets end at ${stageBuckets.join(', ')} s.

| stage | what is measured |
|---|---|
${Object.entries(stages)
  .map(([stage, doc]) => `| \`${stage}\` | ${doc} |`)
  .join('\n')}

## Traces

Spans are made when a trace exporter is asked for: \`OTEL_TRACES_EXPORTER\`, or an address in \`OTEL_EXPORTER_OTLP_ENDPOINT\`.

- Every batch has a span of its own (a root, kind CONSUMER), linked to the spans of its sampled records. \`OTEL_TRACES_SAMPLER=parentbased_traceidratio\`
  with \`OTEL_TRACES_SAMPLER_ARG=0.01\` keeps one in a hundred of them, and all that producers sampled.
- A record has one when the sampled flag of its \`traceparent\` is set: a child of the span it was published in, one for each attempt, with a
  child \`store\` for the transaction that its effects were committed in. What the record emits names the record's span as its parent.
- At most 500 records of a batch get one; \`troupe_spans_not_made_total\` counts the others, whose traceparent is passed on as it came.
- A record that is not sampled costs a look at one byte. Its traceparent is passed on as it came.
- \`publish\` and \`publishAll\` make a PRODUCER span where the application has registered a tracer provider; it ends when the broker has acknowledged.
`
}
