#include "clients/formats/meeting_guide_entry.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/formats/prose_hints.h"
#include "storage/base/hash.h"

namespace handrail::formats {

std::string MeetingPartUuid(std::string_view name) {
  // Name space of the ids of what a meeting is taken apart into. Never changes.
  constexpr char kPartSpace[] = "5a8f3c1e-7b0d-5c4e-9f6a-2d1b8e7c4a90";
  return UuidV5(kPartSpace, name);
}

// Numbers and truth values are as good as their text; lists and objects none.
std::string MeetingEntry::Text(std::string_view key) const {
  const JsonValue* value = json_.Given(key);
  if (value == nullptr || !value->IsScalar()) return "";
  return std::string(value->IsString() ? value->string : value->text);
}

std::string MeetingEntry::PartId(std::string_view part) const {
  return MeetingPartUuid(
      absl::StrCat(options_.source, "/", slug_, "/", std::string(part)));
}

void MeetingEntry::NoteProse(std::string_view field, std::string_view text,
                             const v1::Service& service) const {
  formats::NoteProse(field, text, service, origin(), log());
}

}  // namespace handrail::formats
