#include "clients/formats/meeting_guide_types.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "clients/formats/code_tables.h"
#include "clients/formats/plain_text.h"

namespace handrail::formats {
namespace {

// Keeps the code as the source gave it, under the name it goes by.
void AddAttribute(const MeetingEntry& entry, const std::string& code,
                  const std::string& name, v1::Service& service) {
  const Fellowship& fellowship = *entry.options().fellowship;
  v1::Attribute& attribute = *service.add_attributes();
  attribute.set_id(entry.PartId(absl::StrCat("type/", code)));
  attribute.set_link_type("taxonomy");
  attribute.set_link_entity("service");
  v1::TaxonomyTerm& term = *attribute.mutable_taxonomy_term();
  term.set_id(
      MeetingPartUuid(absl::StrCat("type/", fellowship.key, "/", code)));
  attribute.set_taxonomy_term_id(term.id());
  term.set_code(code);
  term.set_name(name);
  term.set_description(name);
  term.set_taxonomy(absl::StrCat("Meeting Guide, ", fellowship.name));
}

// Adds one code. Returns the path of a choice that an earlier code made
// otherwise, or "".
std::string AddCode(const MeetingEntry& entry, const std::string& code,
                    v1::Service& service) {
  const Fellowship& fellowship = *entry.options().fellowship;
  const CodeMeaning meaning =
      CodeTables::Get().MeetingType(fellowship.key, code);
  std::string name = meaning.name;
  if (name.empty()) {
    const auto own = entry.options().type_names.find(code);
    name = own == entry.options().type_names.end() ? code : own->second;
  }
  if (!meaning.known) {
    entry.Note(
        v1::NOTICE, "types", "unknown-code",
        absl::StrCat("code \"", code, "\" of fellowship ", fellowship.key,
                     " is in no table; it is kept and searchable"),
        "clients/formats/data/meeting-guide-types.tsv has the codes");
  }
  // How one takes part is decided by all that is said about it, not by a code
  // alone: meeting_guide_attendance.h.
  CodeMeaning facts = meaning;
  std::erase_if(facts.facts, [](const CodeFact& fact) {
    return fact.path == "any.attendance_mode";
  });
  AddAttribute(entry, code, name, service);
  return ApplyMeaning(facts, *service.mutable_x_handrail());
}

// Two answers to a question that has one: neither is believed.
void ClearConflicts(const MeetingEntry& entry,
                    const std::set<std::string>& conflicts,
                    v1::RecordExtension& extension) {
  for (const std::string& path : conflicts) {
    const std::string name = path.substr(path.find('.') + 1);
    auto& group = *extension.mutable_profile()->mutable_support_group();
    if (name == "open_closed") group.clear_open_closed();
    entry.Note(v1::NOTICE, "types", "contradicting-codes",
               absl::StrCat("type codes give ", path,
                            " two values; it is set to neither"),
               "keep the one that is right");
  }
}

}  // namespace

MeetingTypes ReadMeetingTypes(const MeetingEntry& entry, v1::Service& service) {
  v1::RecordExtension& extension = *service.mutable_x_handrail();
  MeetingTypes types;
  std::set<std::string> conflicts;
  const auto note = [&](const std::string& conflict) {
    if (!conflict.empty()) conflicts.insert(conflict);
  };
  note(ApplyMeaning(
      MeaningOfFellowship(*entry.options().fellowship, "meeting-guide"),
      extension));
  const JsonValue* codes = entry.json().Given("types");
  if (codes == nullptr) return types;
  std::set<std::string> seen;
  for (const JsonValue& item : codes->items) {
    const std::string code = Trim(item.IsString() ? item.string : "");
    if (code.empty()) {
      entry.Note(v1::NOTICE, "types", "unknown-code", "a type code is empty",
                 "leave it out");
      continue;
    }
    if (!seen.insert(code).second) continue;
    types.online = types.online || Lower(code) == "onl";
    types.place_shut = types.place_shut || Lower(code) == "tc";
    note(AddCode(entry, code, service));
  }
  ClearConflicts(entry, conflicts, extension);
  return types;
}

std::map<std::string, std::string> ReadTypeNames(const JsonValue& formats) {
  std::map<std::string, std::string> names;
  const auto name_of = [](const JsonValue& value) -> std::string {
    if (value.IsString()) return std::string(value.string);
    for (const char* key : {"en", "name", "name_string"}) {
      const JsonValue* name = value.Given(key);
      if (name != nullptr && name->IsString()) return std::string(name->string);
    }
    return "";
  };
  for (size_t i = 0; i < formats.items.size(); ++i) {
    const JsonValue& item = formats.items[i];
    std::string code;
    if (formats.IsObject()) {
      code = formats.keys[i];
    } else {
      for (const char* key : {"key", "code", "key_string"}) {
        const JsonValue* value = item.Given(key);
        if (code.empty() && value != nullptr) code = value->string;
      }
    }
    const std::string name = name_of(item);
    if (!code.empty() && !name.empty()) names.emplace(code, name);
  }
  return names;
}

}  // namespace handrail::formats
