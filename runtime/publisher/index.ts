export {
  createPublisher,
  type EventToPublish,
  type PublishOptions,
  type Publisher,
  type PublisherOptions,
} from './publisher.ts'
export { publisherFromEnv, type PublisherFromEnv } from './publisher-from-env.ts'
