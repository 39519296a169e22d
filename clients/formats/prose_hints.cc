#include "clients/formats/prose_hints.h"

#include <cctype>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/formats/code_data.h"
#include "clients/formats/code_rows.h"
#include "clients/formats/plain_text.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "storage/base/check.h"

namespace handrail::formats {
namespace {

namespace pb = google::protobuf;

struct Hint {
  std::string words;
  std::string path;
};

const std::vector<Hint>& Hints() {
  static const std::vector<Hint> hints = [] {
    std::vector<Hint> read;
    // words path source
    for (auto& row : CodeRows(data::kProseHintsTsv, 3)) {
      read.push_back({.words = row[0], .path = row[1]});
    }
    return read;
  }();
  return hints;
}

bool IsWordByte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) || byte >= 0x80;
}

bool HasWords(const std::string& text, const std::string& words) {
  for (size_t at = text.find(words); at != std::string::npos;
       at = text.find(words, at + 1)) {
    const size_t end = at + words.size();
    if ((at == 0 || !IsWordByte(text[at - 1])) &&
        (end == text.size() || !IsWordByte(text[end]))) {
      return true;
    }
  }
  return false;
}

// The member of that name is set to something.
bool IsSet(const pb::Message& message, const std::string& name) {
  const pb::FieldDescriptor* field =
      message.GetDescriptor()->FindFieldByName(name);
  HANDRAIL_CHECK(field != nullptr);
  const pb::Reflection& reflection = *message.GetReflection();
  return field->is_repeated() ? reflection.FieldSize(message, field) > 0
                              : reflection.HasField(message, field);
}

bool Knows(const v1::RecordExtension& extension, const std::string& path) {
  const size_t dot = path.find('.');
  const std::string group = path.substr(0, dot);
  const std::string name = path.substr(dot + 1);
  if (group == "x_handrail") return IsSet(extension, name);
  const v1::RecoveryProfile& profile = extension.profile();
  const pb::FieldDescriptor* field =
      profile.GetDescriptor()->FindFieldByName(group);
  HANDRAIL_CHECK(field != nullptr);
  return IsSet(profile.GetReflection()->GetMessage(profile, field), name);
}

}  // namespace

void NoteProse(std::string_view field, std::string_view text,
               const v1::RecordExtension& known, const v1::RowOrigin& origin,
               FindingLog& log) {
  if (text.empty()) return;
  const std::string lower = Lower(std::string(text));
  std::set<std::string_view> noted;
  for (const Hint& hint : Hints()) {
    if (noted.contains(hint.path) || !HasWords(lower, hint.words) ||
        Knows(known, hint.path)) {
      continue;
    }
    noted.insert(hint.path);
    log.Tally(
        origin,
        {.severity = v1::NOTICE,
         .field = std::string(field),
         .reason = "only-in-prose",
         .value_class = "text",
         .message = absl::StrCat("words that seem to be about ", hint.path,
                                 " are in prose alone; nothing was "
                                 "made of them"),
         .hint = absl::StrCat("fill ", hint.path,
                              " where it is true, so that it can be "
                              "asked for")});
  }
}

}  // namespace handrail::formats
