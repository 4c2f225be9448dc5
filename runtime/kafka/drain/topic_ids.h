// The ids of topics: one that was deleted and made again has another. node-rdkafka does not ask for them.
#pragma once

#include <nan.h>

namespace troupe {

/**
 * topicIds(client, topics, timeoutMs, callback(error, ids)): in the order of the topics, base64 as Kafka's tools show
 * them; undefined where the broker has none. An error for one topic is the error of all.
 */
NAN_METHOD(topicIds);

}  // namespace troupe
