#include "topic_ids.h"

#include <map>
#include <memory>
#include <vector>

#include "connection.h"
#include "js.h"

namespace troupe {

namespace {

template <auto destroy>
struct Destroying {
  template <typename T>
  void operator()(T* what) const {
    destroy(what);
  }
};
template <typename T, auto destroy>
using Owned = std::unique_ptr<T, Destroying<destroy>>;

/** What a broker answers that has no ids: 128 zero bits. */
bool isNone(const rd_kafka_Uuid_t* id) {
  return rd_kafka_Uuid_most_significant_bits(id) == 0 && rd_kafka_Uuid_least_significant_bits(id) == 0;
}

/** Asks on one of libuv's threads, with the consumer's lock held as node-rdkafka's own questions have it. */
class TopicIdsWorker : public Nan::AsyncWorker {
 public:
  TopicIdsWorker(NodeKafka::Connection* connection, std::vector<std::string> topics, int timeoutMs,
                 Nan::Callback* callback)
      : Nan::AsyncWorker(callback, "troupe:topic-ids"),
        connection_(connection),
        topics_(std::move(topics)),
        timeoutMs_(timeoutMs) {}

  void Execute() override {
    const HandleInUse inUse(connection_);
    if (inUse.handle() == nullptr) return SetErrorMessage("the consumer is not connected");
    ask(inUse.handle());
  }

 protected:
  void HandleOKCallback() override {
    Nan::HandleScope scope;
    v8::Local<v8::Array> ids = Nan::New<v8::Array>();
    for (size_t i = 0; i < topics_.size(); i++) {
      const auto id = ids_.find(topics_[i]);
      const v8::Local<v8::Value> value = id == ids_.end() ? Nan::Undefined().As<v8::Value>() : text(id->second);
      Nan::Set(ids, static_cast<uint32_t>(i), value).Check();
    }
    v8::Local<v8::Value> answer[] = {Nan::Null(), ids};
    callback->Call(2, answer, async_resource);
  }

 private:
  void ask(rd_kafka_t* handle) {
    std::vector<const char*> names;
    for (const std::string& topic : topics_) names.push_back(topic.c_str());
    const Owned<rd_kafka_TopicCollection_t, rd_kafka_TopicCollection_destroy> collection(
        rd_kafka_TopicCollection_of_topic_names(names.data(), names.size()));
    const Owned<rd_kafka_AdminOptions_t, rd_kafka_AdminOptions_destroy> options(
        rd_kafka_AdminOptions_new(handle, RD_KAFKA_ADMIN_OP_DESCRIBETOPICS));
    char reason[256];
    if (rd_kafka_AdminOptions_set_request_timeout(options.get(), timeoutMs_, reason, sizeof reason) !=
        RD_KAFKA_RESP_ERR_NO_ERROR)
      return SetErrorMessage(reason);
    const Owned<rd_kafka_queue_t, rd_kafka_queue_destroy> answers(rd_kafka_queue_new(handle));
    rd_kafka_DescribeTopics(handle, collection.get(), options.get(), answers.get());
    // It answers by itself, with a time-out at the latest.
    const Owned<rd_kafka_event_t, rd_kafka_event_destroy> event(rd_kafka_queue_poll(answers.get(), -1));
    read(event.get());
  }

  void read(rd_kafka_event_t* event) {
    if (rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR)
      return SetErrorMessage(rd_kafka_event_error_string(event));
    size_t count = 0;
    const rd_kafka_TopicDescription_t** topics =
        rd_kafka_DescribeTopics_result_topics(rd_kafka_event_DescribeTopics_result(event), &count);
    for (size_t i = 0; i < count; i++) {
      const rd_kafka_error_t* error = rd_kafka_TopicDescription_error(topics[i]);
      if (error != nullptr && rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return SetErrorMessage(
            (std::string(rd_kafka_TopicDescription_name(topics[i])) + ": " + rd_kafka_error_string(error))
                .c_str());
      const rd_kafka_Uuid_t* id = rd_kafka_TopicDescription_topic_id(topics[i]);
      if (id != nullptr && !isNone(id)) ids_[rd_kafka_TopicDescription_name(topics[i])] = rd_kafka_Uuid_base64str(id);
    }
  }

  NodeKafka::Connection* const connection_;
  const std::vector<std::string> topics_;
  const int timeoutMs_;
  std::map<std::string, std::string> ids_;
};

}  // namespace

NAN_METHOD(topicIds) {
  if (!info[1]->IsArray() || !info[2]->IsNumber() || !info[3]->IsFunction())
    return Nan::ThrowTypeError("topicIds(client, topics, timeoutMs, callback)");
  NodeKafka::Connection* connection = connectionOf(info[0]);
  if (connection == nullptr) return;
  v8::Local<v8::Array> names = info[1].As<v8::Array>();
  std::vector<std::string> topics;
  for (uint32_t i = 0; i < names->Length(); i++)
    topics.emplace_back(*Nan::Utf8String(Nan::Get(names, i).ToLocalChecked()));
  auto* worker = new TopicIdsWorker(connection, std::move(topics), Nan::To<int32_t>(info[2]).FromJust(),
                                    new Nan::Callback(info[3].As<v8::Function>()));
  // The client must outlive the question.
  worker->SaveToPersistent("client", info[0]);
  Nan::AsyncQueueWorker(worker);
}

}  // namespace troupe
