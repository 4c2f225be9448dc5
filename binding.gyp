{
  # The native drain (runtime/kafka/drain). It is compiled from the headers of the node-rdkafka in node_modules and
  # linked to the librdkafka that node-rdkafka built and loads; by a relative path, so that the folder can be moved.
  "variables": {
    # 1: with AddressSanitizer, by tools/test-native.mjs
    "asan%": 0
  },
  "targets": [
    {
      "target_name": "troupe_drain",
      "sources": [
        "runtime/kafka/drain/consumer_queue.cc",
        "runtime/kafka/drain/events.cc",
        "runtime/kafka/drain/module.cc",
        "runtime/kafka/drain/packing.cc",
        "runtime/kafka/drain/partition_source.cc",
        "runtime/kafka/drain/record_sender.cc",
        "runtime/kafka/drain/reports.cc",
        "runtime/kafka/drain/sending.cc",
        "runtime/kafka/drain/taking.cc",
        "runtime/kafka/drain/topic_ids.cc",
        "runtime/kafka/drain/wake.cc"
      ],
      "include_dirs": [
        "node_modules/nan",
        "node_modules/node-rdkafka",
        "node_modules/node-rdkafka/deps/librdkafka/src",
        "node_modules/node-rdkafka/deps/librdkafka/src-cpp"
      ],
      "defines": [
        "TROUPE_NODE_RDKAFKA_VERSION=\"<!(node -p \"require('node-rdkafka/package.json').version.replace('v', '')\")\""
      ],
      "cflags_cc": ["-std=c++20", "-O2", "-Wall", "-Wextra", "-Wno-unused-parameter", "-Wno-ignored-qualifiers", "-Wno-cast-function-type"],
      "libraries": [
        "<(module_root_dir)/node_modules/node-rdkafka/build/deps/librdkafka.so.1",
        "-Wl,-rpath,'$$ORIGIN/../../node_modules/node-rdkafka/build/deps'"
      ],
      "conditions": [
        ["asan==1", {
          "cflags_cc": ["-fsanitize=address", "-fno-omit-frame-pointer", "-g"],
          "ldflags": ["-fsanitize=address"]
        }]
      ]
    }
  ]
}
