// One partition's queue, taken out of the consumer's own queue, as a JavaScript object.
#pragma once

#include <nan.h>

#include <string>

#include "connection.h"
#include "taking.h"
#include "wake.h"

namespace troupe {

/**
 * Main thread, but for the part of a drain that runs on a libuv thread.
 *
 * S1  One drain at a time; while it is in flight nothing else touches `held_`, and the object is not collected.
 * S2  The queue is drained only while the consumer's handle is in use (connection.h), and only the handle it was
 *     opened for.
 * S3  A partition has one source at a time: a second would take the first one's event.
 * S4  The consumer's JavaScript object lives at least as long as this one, which keeps it as a property.
 */
class PartitionSource : public Nan::ObjectWrap {
 public:
  static void init(v8::Local<v8::Object> exports);

 private:
  friend class DrainOnThread;
  PartitionSource(NodeKafka::Connection* connection, rd_kafka_t* handle, std::string key);
  ~PartitionSource() override;

  /** new PartitionSource(client, topic, partition, onWake) */
  static NAN_METHOD(construct);
  /** drain(records, bytes, lanes, callback): the answer at once where little waits, else by the callback. */
  static NAN_METHOD(drain);
  /** Forgets what exceeded earlier drains: before a seek. */
  static NAN_METHOD(discard);
  static NAN_METHOD(close);

  bool isSmall(const Limits& limits) const;
  Drained takeIfConnected(const Limits& limits);
  void closeQueue();

  NodeKafka::Connection* const connection_;
  rd_kafka_t* const handle_;
  const std::string key_;
  Wake* wake_ = nullptr;
  Held held_;
  bool draining_ = false;
};

}  // namespace troupe
