// The consumer's own queue: rebalances, errors and logs. Polling it is what keeps the consumer in its group.
#pragma once

#include <nan.h>

#include "connection.h"
#include "wake.h"

namespace troupe {

/** Main thread only. It never waits, and touches the consumer only while its handle is in use (connection.h). */
class ConsumerQueue : public Nan::ObjectWrap {
 public:
  static void init(v8::Local<v8::Object> exports);

 private:
  ConsumerQueue(NodeKafka::Connection* connection, rd_kafka_t* handle) : connection_(connection), handle_(handle) {}
  ~ConsumerQueue() override { closeQueue(); }

  /** new ConsumerQueue(client, onWake) */
  static NAN_METHOD(construct);
  /** poll(): serves what waits, which calls the consumer's callbacks, and answers the events. */
  static NAN_METHOD(poll);
  /** isAssignmentLost(): whether the partitions that are being revoked are somebody else's already. */
  static NAN_METHOD(isAssignmentLost);
  static NAN_METHOD(close);

  void closeQueue();

  NodeKafka::Connection* const connection_;
  rd_kafka_t* const handle_;
  Wake* wake_ = nullptr;
};

}  // namespace troupe
