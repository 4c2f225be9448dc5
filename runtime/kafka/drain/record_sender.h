// A producer's way in and out: packed records in, reports by batch out. No JavaScript object per record.
#pragma once

#include <nan.h>

#include "connection.h"
#include "wake.h"

namespace troupe {

/**
 * Main thread only. It never waits, and touches the producer only while its handle is in use (connection.h).
 *
 * RS1  It alone takes from the producer's queue. node-rdkafka sets a callback for reports in every producer, and would
 *      take what travels with a record for an object of its own: its producer must have `dr_cb: false`, then a report
 *      that it meets is dropped.
 */
class RecordSender : public Nan::ObjectWrap {
 public:
  static void init(v8::Local<v8::Object> exports);

 private:
  RecordSender(NodeKafka::Connection* connection, rd_kafka_t* handle) : connection_(connection), handle_(handle) {}
  ~RecordSender() override { closeSender(); }

  /** new RecordSender(client, onWake) */
  static NAN_METHOD(construct);
  /** send(topic, batch, packed, from, to, records): how many are settled, or [settled, index, error, index, error …]. */
  static NAN_METHOD(send);
  /** reports(): see addon.ts. */
  static NAN_METHOD(reports);
  static NAN_METHOD(close);

  void closeSender();

  NodeKafka::Connection* const connection_;
  rd_kafka_t* const handle_;
  Wake* wake_ = nullptr;
};

}  // namespace troupe
