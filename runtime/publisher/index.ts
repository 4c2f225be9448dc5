export {
  createPublisher,
  type EventToPublish,
  type PublishOptions,
  type Publisher,
  type PublisherOptions,
} from './publisher.ts'
