/** The schema registry and Postgres. */

import { anyText } from './forms.ts'
import { oneOf, text, url, wholeNumber } from '../option.ts'

export const storeOptions = {
  schemaRegistryUrl: url({
    variable: 'SCHEMA_REGISTRY_URL',
    fallback: 'http://localhost:8081',
    protocols: ['http:', 'https:'],
    doc: 'A registry that speaks the Confluent REST API. Its path is kept: Apicurio wants /apis/ccompat/v7.',
  }),
  schemaRegistryUsername: text({
    variable: 'SCHEMA_REGISTRY_USERNAME',
    fallback: undefined,
    ...anyText,
    doc: 'For basic authentication.',
  }),
  schemaRegistryPassword: text({
    variable: 'SCHEMA_REGISTRY_PASSWORD',
    fallback: undefined,
    ...anyText,
    secret: true,
    doc: 'For basic authentication.',
  }),
  schemaSubjects: oneOf({
    variable: 'SCHEMA_SUBJECTS',
    fallback: 'topic-record',
    values: ['topic-record', 'topic', 'record'],
    doc: 'How a subject is named: `<topic>-<record>`, `<topic>-value` or `<record>`. Several event types of one topic need a name with the record in it.',
  }),
  databaseUrl: url({
    variable: 'DATABASE_URL',
    fallback: 'postgres://localhost:5432/troupe',
    protocols: ['postgres:', 'postgresql:'],
    secret: true,
    doc: 'Postgres 15 or later.',
  }),
  databaseConnections: wholeNumber({
    variable: 'DATABASE_CONNECTIONS',
    fallback: 4,
    min: 1,
    max: 100,
    doc: 'The most connections that one worker thread, or one API process, opens. Transactions of different lanes run side by side on them.',
  }),
  inboxDays: wholeNumber({
    variable: 'INBOX_DAYS',
    fallback: 2,
    min: 1,
    max: 60,
    doc: 'For how many days before today, in UTC, the idempotency keys of handled events are remembered; those of parked and dead events for longer. Higher: a duplicate is told that comes later, at the price of disk, and of one look-up a key and day. Every process of a database should have the same.',
  }),
} as const
