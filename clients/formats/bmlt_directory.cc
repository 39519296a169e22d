#include "clients/formats/bmlt_directory.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/formats/hsds_fields.h"
#include "clients/formats/hsds_names.h"
#include "clients/formats/meeting_guide_entry.h"
#include "clients/formats/plain_text.h"

namespace handrail::formats {
namespace {

// The first of several names that a member goes by.
std::string FirstText(const JsonValue& object,
                      std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    std::string text = Trim(BmltText(object, key));
    if (!text.empty()) return text;
  }
  return "";
}

}  // namespace

std::string BmltText(const JsonValue& object, std::string_view key) {
  const JsonValue* value = object.Given(key);
  if (value == nullptr || !value->IsScalar()) return "";
  return std::string(value->IsString() ? value->string : value->text);
}

BmltKind BmltKindOf(const JsonValue& object) {
  const auto has = [&](std::string_view key) {
    return object.Find(key) != nullptr;
  };
  if (!object.IsObject()) return BmltKind::kNone;
  if (has("key_string") && (has("name_string") || has("world_id"))) {
    return BmltKind::kFormat;
  }
  if (const JsonValue* words = object.Given("translations");
      words != nullptr && words->IsArray() && has("id")) {
    return BmltKind::kFormat;
  }
  if (has("id_bigint") || has("weekday_tinyint") ||
      has("service_body_bigint")) {
    return BmltKind::kMeeting;
  }
  if (has("serviceBodyId") &&
      (has("formatIds") || has("startTime") || has("venueType"))) {
    return BmltKind::kMeeting;
  }
  if (has("versionInt") || has("available_keys")) return BmltKind::kServerInfo;
  const bool parent = has("parent_id") || has("parentId");
  if (has("id") && has("name") && parent &&
      (has("helpline") || has("world_id") || has("worldId")) && has("type")) {
    return BmltKind::kServiceBody;
  }
  return BmltKind::kNone;
}

const BmltFormat::Words& BmltFormat::WordsIn(
    const std::string& language) const {
  for (const std::string& wanted : {language, std::string("en")}) {
    const auto found = words.find(wanted);
    if (found != words.end()) return found->second;
  }
  return words.begin()->second;
}

BmltFormatName BmltFormat::NameFor(const std::string& fellowship) const {
  BmltFormatName name{
      .fellowship = fellowship, .code = WordsIn("en").code, .world = world};
  for (const auto& [language, word] : words) name.names.push_back(word.name);
  return name;
}

bool BmltDirectory::AddFormat(const JsonValue& format) {
  BmltFormat read{.id = FirstText(format, {"id", "shared_id"}),
                  .world = FirstText(format, {"world_id", "worldId"})};
  const auto add = [&](const JsonValue& words) {
    const std::string code = FirstText(words, {"key_string", "key"});
    if (code.empty()) return;
    std::string language = FirstText(words, {"lang", "language"});
    if (language.empty()) language = "en";
    read.words[language] = {.code = code,
                            .name = FirstText(words, {"name_string", "name"})};
  };
  if (const JsonValue* words = format.Given("translations")) {
    for (const JsonValue& item : words->items) add(item);
  } else {
    add(format);
  }
  if (read.words.empty()) return false;
  // Formats of a list without ids are told apart by their code.
  if (read.id.empty()) read.id = "code " + read.words.begin()->second.code;
  BmltFormat& known = formats_[read.id];
  known.id = read.id;
  if (known.world.empty()) known.world = read.world;
  for (auto& [language, words] : read.words) {
    std::vector<std::string>& ids = ids_of_code_[words.code];
    if (std::find(ids.begin(), ids.end(), read.id) == ids.end()) {
      ids.push_back(read.id);
      std::sort(ids.begin(), ids.end(), [](const auto& a, const auto& b) {
        return std::pair(a.size(), a) < std::pair(b.size(), b);
      });
    }
    known.words.try_emplace(language, words);
  }
  return true;
}

const BmltFormat* BmltDirectory::ById(const std::string& id) const {
  const auto found = formats_.find(id);
  return found == formats_.end() ? nullptr : &found->second;
}

const BmltFormat* BmltDirectory::ByCode(const std::string& code,
                                        const std::string& language) const {
  const auto found = ids_of_code_.find(code);
  if (found == ids_of_code_.end()) return nullptr;
  const auto in = [&](const std::string& wanted) -> const BmltFormat* {
    for (const std::string& id : found->second) {
      const BmltFormat& format = formats_.at(id);
      const auto words = format.words.find(wanted);
      if (words != format.words.end() && words->second.code == code) {
        return &format;
      }
    }
    return nullptr;
  };
  for (const std::string& wanted : {language, std::string("en")}) {
    if (const BmltFormat* format = in(wanted)) return format;
  }
  return found->second.size() == 1 ? &formats_.at(found->second.front())
                                   : nullptr;
}

BmltServiceBody ReadBmltServiceBody(const JsonValue& body) {
  BmltServiceBody read{.id = FirstText(body, {"id"}),
                       .parent_id = FirstText(body, {"parent_id", "parentId"}),
                       .name = FirstText(body, {"name"}),
                       .description = FirstText(body, {"description"}),
                       .url = FirstText(body, {"url"}),
                       .helpline = FirstText(body, {"helpline"}),
                       .world_id = FirstText(body, {"world_id", "worldId"})};
  // 0 is no body: the top one has no parent.
  if (read.parent_id == "0") read.parent_id.clear();
  return read;
}

bool BmltDirectory::AddServiceBody(const JsonValue& body) {
  BmltServiceBody read = ReadBmltServiceBody(body);
  if (read.id.empty() || read.name.empty()) return false;
  bodies_.try_emplace(read.id, std::move(read));
  return true;
}

const BmltServiceBody* BmltDirectory::BodyById(const std::string& id) const {
  const auto found = bodies_.find(id);
  return found == bodies_.end() ? nullptr : &found->second;
}

std::string BmltBodyOrganizationId(std::string_view id) {
  return absl::StrCat("body-", std::string(id));
}

v1::Organization BmltDirectory::OrganizationOf(
    const BmltServiceBody& body, const std::string& source) const {
  v1::Organization organization;
  organization.set_id(BmltBodyOrganizationId(body.id));
  organization.set_name(body.name);
  if (!body.description.empty()) {
    organization.set_description(body.description);
  }
  if (!body.url.empty()) organization.set_website(body.url);
  // Only a parent of this load: another would be a reference to nothing.
  if (BodyById(body.parent_id) != nullptr) {
    organization.set_parent_organization_id(
        BmltBodyOrganizationId(body.parent_id));
  }
  if (!body.helpline.empty()) {
    v1::Phone& line = *organization.add_phones();
    line.set_id(MeetingPartUuid(
        absl::StrCat(source, "/", organization.id(), "/helpline")));
    line.set_number(body.helpline);
    line.set_type("voice");
    line.set_description("Help line");
  }
  if (!body.world_id.empty()) {
    KeepUnknown(organization, "world_id", JsonString(body.world_id));
  }
  organization.mutable_x_handrail()->set_external_id(body.id);
  return organization;
}

}  // namespace handrail::formats
