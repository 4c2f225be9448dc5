/** What a process tells of itself. */

import { anyText, minute } from './forms.ts'
import { flag, oneOf, text, wholeNumber } from '../option.ts'

export const telemetryOptions = {
  nodeName: text({
    variable: 'NODE_NAME',
    fallback: undefined,
    ...anyText,
    doc: "What operators call this machine; default: its host name, which is the pod's on Kubernetes.",
  }),
  telemetryEnabled: flag({
    variable: 'TELEMETRY_ENABLED',
    fallback: true,
    doc: 'Serve /livez, /readyz and /metrics, measure stages, and report status to Postgres. false: logs only.',
  }),
  telemetryHost: text({
    variable: 'TELEMETRY_HOST',
    fallback: '127.0.0.1',
    ...anyText,
    doc: 'Address that /livez, /readyz and /metrics listen on. 0.0.0.0 for all, as in a container.',
  }),
  telemetryPort: wholeNumber({
    variable: 'TELEMETRY_PORT',
    fallback: 9_464,
    min: 0,
    max: 65_535,
    doc: 'Port of /livez, /readyz and /metrics of a runtime process; 0 takes a free one and logs it. Several runtimes on one machine need one each.',
  }),
  controlPlaneTelemetryPort: wholeNumber({
    variable: 'CONTROL_PLANE_TELEMETRY_PORT',
    fallback: 9_465,
    min: 0,
    max: 65_535,
    doc: 'Port of /livez, /readyz and /metrics of a control-plane process; 0 takes a free one and logs it.',
  }),
  relayTelemetryPort: wholeNumber({
    variable: 'RELAY_TELEMETRY_PORT',
    fallback: 9_466,
    min: 0,
    max: 65_535,
    doc: 'Port of /livez, /readyz and /metrics of a relay process; 0 takes a free one and logs it.',
  }),
  statusIntervalMs: wholeNumber({
    variable: 'STATUS_INTERVAL_MS',
    fallback: 1_000,
    min: 100,
    max: minute,
    unit: 'ms',
    doc: 'How often a process asks the broker for ends of partitions and reports its status to Postgres. Higher: lag is told later. Lower: one small write and one small request more often.',
  }),
  healthIntervalMs: wholeNumber({
    variable: 'HEALTH_INTERVAL_MS',
    fallback: 5_000,
    min: 100,
    max: minute,
    unit: 'ms',
    doc: 'How often a process asks whether broker, Postgres and registry are there, for /readyz.',
  }),
  logLevel: oneOf({
    variable: 'LOG_LEVEL',
    fallback: 'info',
    values: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    doc: 'The least important lines that are logged.',
  }),
} as const
