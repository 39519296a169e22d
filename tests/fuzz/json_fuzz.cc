// Any bytes as JSON: what the walker lets through, in one piece or cut into
// elements, parses or says why not; a tree written out is the same tree; and
// messages filled from a tree are those that protobuf's own parser makes.
#include <google/protobuf/util/json_util.h>

#include <string>

#include "clients/formats/json_message.h"
#include "clients/formats/json_stream.h"
#include "clients/formats/json_tree.h"
#include "handrail/v1/record.pb.h"
#include "tests/fuzz/formats_fuzz.h"

namespace handrail::formats {
namespace {

void CheckMessage(const JsonValue& value) {
  v1::RecordExtension plain;
  if (!value.IsObject() || !FillPlainly(value, plain)) return;
  v1::RecordExtension parsed;
  const std::string text = JsonText(value);
  HANDRAIL_CHECK(
      google::protobuf::util::JsonStringToMessage(text, &parsed).ok());
  HANDRAIL_CHECK(plain.SerializeAsString() == parsed.SerializeAsString());
}

void CheckElement(const JsonElement& element, JsonDocument& document) {
  HANDRAIL_CHECK(!element.text.empty());
  if (document.Parse(element.text, element.line).has_value()) return;
  const std::string text = JsonText(document.root());
  CheckMessage(document.root());
  JsonDocument again;
  HANDRAIL_CHECK(!again.Parse(text).has_value());
  HANDRAIL_CHECK(JsonText(again.root()) == text);
}

void FuzzJson(std::string_view bytes) {
  const JsonOutline outline = OutlineJsonText(bytes);
  const absl::StatusOr<JsonOutline> of_file =
      OutlineJson(FuzzFile(bytes, "input.json"));
  HANDRAIL_CHECK_OK(of_file.status());
  HANDRAIL_CHECK(outline.problem.has_value() == of_file->problem.has_value());
  if (outline.problem.has_value()) return;
  JsonDocument document;
  const auto each = [&](const JsonPart& part) {
    HANDRAIL_CHECK_OK(
        ForEachElementOfText(bytes, part, [&](const JsonElement& element) {
          CheckElement(element, document);
          return absl::OkStatus();
        }));
  };
  each(outline.whole);
  for (const JsonMember& member : outline.members) {
    if (member.first == '[') each(member.part);
  }
}

}  // namespace
}  // namespace handrail::formats

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  handrail::formats::FuzzJson(
      std::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
