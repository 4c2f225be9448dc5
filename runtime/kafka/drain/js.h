// Short words for making JavaScript values.
#pragma once

#include <nan.h>

#include <string>

namespace troupe {

inline v8::Local<v8::Value> text(const std::string& from) {
  return v8::String::NewFromUtf8(v8::Isolate::GetCurrent(), from.data(), v8::NewStringType::kNormal,
                                 static_cast<int>(from.size()))
      .ToLocalChecked();
}

inline v8::Local<v8::Value> number(double from) { return Nan::New<v8::Number>(from); }

/** Offsets below 2^53 are whole numbers in a double; Troupe meets no others (runtime/topic-partition.ts). */
inline v8::Local<v8::Value> offsetOrUndefined(int64_t offset) {
  if (offset < 0) return Nan::Undefined();
  return number(static_cast<double>(offset));
}

inline void set(v8::Local<v8::Object> object, const char* name, v8::Local<v8::Value> value) {
  Nan::Set(object, Nan::New(name).ToLocalChecked(), value).Check();
}

}  // namespace troupe
