#include "record_sender.h"

#include <set>

#include "js.h"
#include "reports.h"
#include "sending.h"

namespace troupe {

namespace {

// By connection and never freed, as the open sources in partition_source.cc.
std::set<NodeKafka::Connection*>& openSenders() {
  static auto* open = new std::set<NodeKafka::Connection*>();
  return *open;
}

/** [settled, index, error, index, error …] */
v8::Local<v8::Value> withRefused(const Sent& sent) {
  v8::Local<v8::Array> answer = Nan::New<v8::Array>();
  uint32_t at = 0;
  Nan::Set(answer, at++, number(sent.settled)).Check();
  for (const Refused& one : sent.refused) {
    Nan::Set(answer, at++, number(one.index)).Check();
    Nan::Set(answer, at++, number(one.error)).Check();
  }
  return answer;
}

/** { settled: [batch, records, partition, offset, …], failed: [{ batch, records, code, topic }], troubles: [{ code, message }] } */
v8::Local<v8::Value> toJs(const Reports& taken) {
  Nan::EscapableHandleScope scope;
  v8::Local<v8::Array> settled = Nan::New<v8::Array>();
  v8::Local<v8::Array> failed = Nan::New<v8::Array>();
  v8::Local<v8::Array> troubles = Nan::New<v8::Array>();
  uint32_t at = 0;
  for (const Report& report : taken.reports) {
    if (report.error == RD_KAFKA_RESP_ERR_NO_ERROR) {
      Nan::Set(settled, at++, number(static_cast<double>(report.batch))).Check();
      Nan::Set(settled, at++, number(report.records)).Check();
      Nan::Set(settled, at++, number(report.partition)).Check();
      Nan::Set(settled, at++, number(static_cast<double>(report.offset))).Check();
      continue;
    }
    v8::Local<v8::Object> object = Nan::New<v8::Object>();
    set(object, "batch", number(static_cast<double>(report.batch)));
    set(object, "records", number(report.records));
    set(object, "code", number(report.error));
    set(object, "topic", text(report.topic));
    Nan::Set(failed, failed->Length(), object).Check();
  }
  for (const Trouble& trouble : taken.troubles) {
    v8::Local<v8::Object> object = Nan::New<v8::Object>();
    set(object, "code", number(trouble.code));
    set(object, "message", text(trouble.message));
    Nan::Set(troubles, troubles->Length(), object).Check();
  }
  v8::Local<v8::Object> all = Nan::New<v8::Object>();
  set(all, "settled", settled);
  set(all, "failed", failed);
  set(all, "troubles", troubles);
  return scope.Escape(all.As<v8::Value>());
}

}  // namespace

void RecordSender::closeSender() {
  if (wake_ == nullptr) return;
  wake_->close();
  wake_ = nullptr;
  openSenders().erase(connection_);
}

NAN_METHOD(RecordSender::construct) {
  if (!info.IsConstructCall() || !info[1]->IsFunction())
    return Nan::ThrowTypeError("new RecordSender(client, onWake)");
  NodeKafka::Connection* connection = connectionOf(info[0], "Producer");
  if (connection == nullptr) return;
  const HandleInUse inUse(connection);
  rd_kafka_t* handle = inUse.handle();
  if (handle == nullptr) return Nan::ThrowError("the producer is not connected");
  if (openSenders().contains(connection)) return Nan::ThrowError("it is open already");
  openSenders().insert(connection);

  auto* self = new RecordSender(connection, handle);
  self->Wrap(info.This());
  Nan::SetPrivate(info.This(), Nan::New("onWake").ToLocalChecked(), info[1]);
  Nan::SetPrivate(info.This(), Nan::New("client").ToLocalChecked(), info[0]);
  self->wake_ = Wake::open(
      rd_kafka_queue_get_main(handle),
      [](void* owner) {
        Nan::HandleScope scope;
        callOnWake(static_cast<RecordSender*>(owner)->handle(), "troupe:producer-wake");
      },
      self);
  info.GetReturnValue().Set(info.This());
}

NAN_METHOD(RecordSender::send) {
  auto* self = Nan::ObjectWrap::Unwrap<RecordSender>(info.This());
  if (!info[0]->IsString() || !info[1]->IsNumber() || !info[2]->IsUint8Array() || !info[3]->IsUint32() ||
      !info[4]->IsUint32() || !info[5]->IsUint32())
    return Nan::ThrowTypeError("send(topic, batch, packed, from, to, records)");
  const auto from = Nan::To<uint32_t>(info[3]).FromJust();
  const auto to = Nan::To<uint32_t>(info[4]).FromJust();
  if (from > to || to > node::Buffer::Length(info[2])) return Nan::ThrowRangeError("from and to lie outside of packed");
  if (self->wake_ == nullptr) return Nan::ThrowError("the sender is closed");
  const HandleInUse inUse(self->connection_);
  if (inUse.handle() != self->handle_) return Nan::ThrowError("the producer is not connected");
  const auto* packed = reinterpret_cast<const uint8_t*>(node::Buffer::Data(info[2]));
  const Sent sent =
      troupe::send(self->handle_, *Nan::Utf8String(info[0]), static_cast<uint64_t>(Nan::To<int64_t>(info[1]).FromJust()),
                   packed + from, to - from, Nan::To<uint32_t>(info[5]).FromJust());
  info.GetReturnValue().Set(sent.refused.empty() ? number(sent.settled) : withRefused(sent));
}

NAN_METHOD(RecordSender::reports) {
  auto* self = Nan::ObjectWrap::Unwrap<RecordSender>(info.This());
  Reports taken;
  if (self->wake_ != nullptr) {
    const HandleInUse inUse(self->connection_);
    if (inUse.handle() == self->handle_) taken = takeReports(self->wake_->queue());
  }
  info.GetReturnValue().Set(toJs(taken));
}

NAN_METHOD(RecordSender::close) { Nan::ObjectWrap::Unwrap<RecordSender>(info.This())->closeSender(); }

void RecordSender::init(v8::Local<v8::Object> exports) {
  v8::Local<v8::FunctionTemplate> type = Nan::New<v8::FunctionTemplate>(construct);
  type->SetClassName(Nan::New("RecordSender").ToLocalChecked());
  type->InstanceTemplate()->SetInternalFieldCount(1);
  Nan::SetPrototypeMethod(type, "send", send);
  Nan::SetPrototypeMethod(type, "reports", reports);
  Nan::SetPrototypeMethod(type, "close", close);
  set(exports, "RecordSender", Nan::GetFunction(type).ToLocalChecked());
}

}  // namespace troupe
